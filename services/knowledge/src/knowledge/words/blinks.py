"""How often a lamp blinks or a buzzer sounds, which is a code: ``9 éclats``, ``quatre bips``, ``double flash``."""

import re
from typing import Final

_WORDS = "une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze"
_COUNTED = {word: str(count) for count, word in enumerate(_WORDS.split("|"), start=1)}
_COUNTED |= {"un": "1", "double": "2", "triple": "3", "quadruple": "4"}
_COUNT = rf"(?<![a-z0-9.,'/-])(\d{{1,2}}|{_WORDS}|double|triple|quadruple)"
_ALSO_ONE = _COUNT.replace("une", "une?")
"""*un flash blanc et trois bleus*; by itself *un flash* counts nothing."""
BLINKS: Final = "eclat|eclair|flash|clignotement|impulsion|pulsation|bip"
"""What is counted, without its ending."""
_COLOUR = r"(?:rouge|vert|bleu|blanc|jaune|orange)(?:he|e)?s?\b"
_BLINK = rf"(?:(?:{BLINKS})(?:e?s)?|coups?(?= {_COLOUR}))"
COUNTED: Final = rf"(?:{_BLINK}|{_COLOUR})"
"""What may stand behind a count that is said in letters."""
BLINKING: Final = rf"(?:(?:clignot|flash|bip)[a-z]*|{_COLOUR})"
"""What may stand before it: *rouge quatre fois*."""
_ANY = re.compile(rf"{BLINKS}|coup")
"""Most questions have none."""
_METERED = r" ?(?:par|/) ?(?:k?wh|l|litres?|m3)\b"
_BLINKED = re.compile(rf"{_COUNT} {_BLINK}(?![a-z]|{_METERED})")
_BOTH = re.compile(
    rf"{_ALSO_ONE} {_BLINK} {_COLOUR}(?: et|,| puis)+ {_ALSO_ONE} (?:{_BLINK} )?{_COLOUR}"
)
_FOIS = re.compile(rf"(?<![a-z]){BLINKING} {_COUNT} (?:fois|coups?)\b(?! par\b)")
_TIMES = re.compile(
    rf"(?:clignot|flash|bip)(?:e|ent) {_COUNT}(?: fois| coups?|x)\b(?! par\b)"
)
_TITLED = re.compile(
    rf"(?:{BLINKS})(?:e?s)? ?: {_COUNT}\b(?: (?:[a-z]|{_COLOUR}),? {_COUNT} (?:[a-z]\b|{_COLOUR}))?"
)
"""A row of a table whose column counts them: ``Clignotements : 9 verts, 7 rouges``, ``Éclairs : 2 W 4 B``."""
_SIGNALS = re.compile(rf"{_COUNT} sign(?:al|aux) sonores?\b")


def blinks(plain: str) -> list[str]:
    """The counts of a folded question, in digits."""
    if not _ANY.search(plain):
        return []
    return _counts(_BOTH, plain) or _counts(_BLINKED, plain)


def blinked_times(plain: str) -> list[str]:
    """Those of a folded question that may mean no more than that it blinks: *rouge 3 fois*."""
    return _counts(_FOIS, plain) if "fois" in plain or "coup" in plain else []


def told_blinks(plain: str) -> list[str]:
    """Those of a document, which says ``clignote 3 fois`` too."""
    return [
        count
        for form in (_BLINKED, _TIMES, _TITLED, _SIGNALS)
        for count in _counts(form, plain)
    ]


def _counts(form: re.Pattern[str], plain: str) -> list[str]:
    return [
        _COUNTED.get(count, count)
        for match in form.finditer(plain)
        for count in match.groups()
        if count
    ]
