"""Numbers in letters and letters by themselves, as a voice is written down: ``erreur douze``, ``i d quatre-vingt-douze``."""

import re
from typing import Final

from knowledge.words.blinks import BLINKS

_UNITS: Final = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "un",
            "deux",
            "trois",
            "quatre",
            "cinq",
            "six",
            "sept",
            "huit",
            "neuf",
            "dix",
            "onze",
            "douze",
            "treize",
            "quatorze",
            "quinze",
            "seize",
        ]
    )
}
_TENS: Final = {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "octante": 80,
    "nonante": 90,
}
_ANY = "|".join((*_UNITS, *_TENS, "cent", "mille"))
_NUMBER = re.compile(
    rf"(?<![a-z0-9])(?:{_ANY})s?(?:[ -](?:et[ -])?(?:{_ANY})s?)*(?![a-z0-9])"
)
_PART = re.compile(_ANY)
MIN_BARE: Final = 11
"""From this on a number in letters is one in digits; *deux bornes* are two, and *six* may be a code only behind its word."""
_CALLED = re.compile(
    r"(?:codes?|err(?:eur|or)s?|defauts?|alarmes?|messages?|evenements?|etats?|(?<![a-z'])[befghkpruvwx](?: [a-z])?) $"
)
_COUNTS = re.compile(rf" (?:{BLINKS})")
_SPELLED = re.compile(r"(?<![a-z0-9])[a-z](?: [a-z])+ (?=\d)")
"""``i d 92``"""


def in_digits(text: str) -> str:
    """Write the numbers of *text*, which is folded, in digits where they may be codes, and letters before them as one word."""

    def written(number: re.Match[str]) -> str:
        if number[0] == "zero":  # *remise à zéro*
            return number[0]
        value = _value(_PART.findall(number[0]))
        called = _CALLED.search(text, 0, number.start()) or _COUNTS.match(
            text, number.end()
        )
        return str(value) if value >= MIN_BARE or called else number[0]

    plain = _NUMBER.sub(written, text)
    return plain if plain == text else _SPELLED.sub(_closed, plain)


def _closed(letters: re.Match[str]) -> str:
    return letters[0].replace(" ", "")


def _value(words: list[str]) -> int:
    whole = part = 0
    for word in words:
        if word == "mille":
            whole, part = whole + max(1, part) * 1000, 0
        elif word == "cent":
            part = max(1, part) * 100
        elif word == "vingt" and part % 100 == 4:
            part += 76
        else:
            part += _UNITS.get(word, 0) + _TENS.get(word, 0)
    return whole + part
