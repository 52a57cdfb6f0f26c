"""How often a lamp blinks or a buzzer sounds, which is a code: ``9 éclats``, ``quatre bips``, ``double flash``."""

import re
from typing import Final

_WORDS = "une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze"
_COUNTED = {word: str(count) for count, word in enumerate(_WORDS.split("|"), start=1)}
_COUNTED |= {"double": "2", "triple": "3", "quadruple": "4"}
_COUNT = rf"(?<![a-z0-9.,'/-])(\d{{1,2}}|{'|'.join(_COUNTED)})"
BLINKS: Final = "eclat|flash|clignotement|impulsion|bip"
"""What is counted, without its ending."""
_METERED = r" ?(?:par|/) ?(?:k?wh|l|litres?|m3)\b"
_BLINKED = re.compile(rf"{_COUNT} (?:{BLINKS})(?:e?s)?(?![a-z]|{_METERED})")
_TIMES = re.compile(rf"(?:clignot|flash|bip)(?:e|ent) {_COUNT} fois\b(?! par\b)")
_TITLED = re.compile(rf"(?:{BLINKS})(?:e?s)? ?: {_COUNT}\b")
"""A row of a table whose column counts them: ``Clignotements : 9 verts, 7 rouges``."""
_SIGNALS = re.compile(rf"{_COUNT} sign(?:al|aux) sonores?\b")


def blinks(plain: str) -> list[str]:
    """The counts of a folded question, in digits."""
    return _counts(_BLINKED, plain)


def told_blinks(plain: str) -> list[str]:
    """Those of a document, which says ``clignote 3 fois`` too; who asks so may mean no more than that it blinks."""
    return [
        count
        for form in (_BLINKED, _TIMES, _TITLED, _SIGNALS)
        for count in _counts(form, plain)
    ]


def _counts(form: re.Pattern[str], plain: str) -> list[str]:
    return [_COUNTED.get(count, count) for count in form.findall(plain)]
