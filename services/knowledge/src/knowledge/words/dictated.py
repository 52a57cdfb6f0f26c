"""Numbers in letters and letters by themselves, as a voice is written down: ``erreur douze``, ``i d quatre-vingt-douze``."""

import re
from typing import Final

from knowledge.words.blinks import BLINKING, COUNTED
from knowledge.words.codes import JOINT, WORDS
from knowledge.words.folding import has_digit

_VALUES: Final = {
    word: value
    for value, word in enumerate(
        re.split(
            " ",
            "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
        )
    )
} | {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "octante": 80,
    "nonante": 90,
}
NUMBER: Final = "|".join(sorted((*_VALUES, "cent", "mille"), key=len, reverse=True))
"""One word of a number."""
_POINTS: Final = {"point": ".", "virgule": ",", "tiret": "-"}
_POINT = "|".join(_POINTS)
_RUN = rf"(?<![a-z0-9])(?:{NUMBER})s?(?:[ -](?:(?:et|{_POINT})[ -])?(?:{NUMBER})s?)*(?![a-z0-9])"
_NUMBERS = re.compile(_RUN)
_PART = re.compile(NUMBER)
_UNIT = r"(?:un|deux|trois|quatre(?! vingt)|cinq|six|sept|huit|neuf)"
_TEEN = "(?:dix(?: sept| huit| neuf)?|onze|douze|treize|quatorze|quinze|seize)"
_BELOW_100 = (
    rf"(?:(?:soixante|quatre vingts?) (?:et )?(?:{_TEEN}|{_UNIT})|quatre vingts?"
    rf"|(?:vingt|trente|quarante|cinquante|soixante|septante|octante|nonante)(?: (?:et )?{_UNIT})?|{_TEEN}|{_UNIT})"
)
_BELOW_1000 = rf"(?:(?:(?:{_UNIT}|{_TEEN}) )?cents?(?: {_BELOW_100})?|{_BELOW_100})"
_ONE = re.compile(rf"(?:{_BELOW_1000} )?mille(?: {_BELOW_1000})?|{_BELOW_1000}|zero")
"""One number as French has it; *onze soixante-treize* are two, of one code."""
_AFTER_ZERO = re.compile(r"(?<!\d)0 (?=\d(?!\d))|(?<!\d)(?<!0 )0 (?=\d)")
"""*zéro seize* is 016; *zéro zéro seize* is 00 16."""
_POINTED = re.compile(rf" (?:(?<=\d )|(?<=(?<![a-z0-9'])[b-z] ))({_POINT}) (?=\d)")
"""``02 point 23``, ``s point 516``"""
_COUNT = re.compile(r"[1-9]|10|(?:[1-9]|10) (?:et )?(?:[1-9]|10)")
"""*deux bornes* are two, and *six* may be a code only behind its word; more of them, or greater ones, are a code."""
MEASURED: Final = "kilowatts?|watts?|amperes?|amps?|volts?|metres?|litres?|ohms?|bars?|jours?|heures?|minutes?|secondes?"
"""What is measured, by its name."""
_CALLED = re.compile(
    rf"(?<![a-z])(?:{WORDS}{JOINT}(?:(?:[a-z] ){{1,2}})?|(?<!')[befghkpruvwx] (?:[a-z] )?|{BLINKING} )$"
)
_MEASURES = re.compile(rf" (?:{MEASURED})(?![a-z])")
_FOLLOWED = re.compile(rf" (?:{COUNTED}|[b-z] (?:\d|{NUMBER}))")
"""Blinks are counted, and *sept h zéro quatre* is a code of digits on both sides."""
_ARTICLE = re.compile(
    r" (?!(?:a|au|avec|chez|dans|de|des|du|et|ou|pour|puis|sur)\b)[a-z]"
)
"""*un* before a noun: *une alarme, un voyant rouge*."""
_SPELLED = re.compile(
    r"(?<![a-z0-9])(?!(?:[a-z] )*[cdjlmnsty] a )[a-z](?: [a-z])+ (?=\d)"
)
"""``i d 92``; *il y a*, *il n y a* and *c a* spell nothing."""
_DOUBLED = re.compile(r"(?<![a-z0-9])double (?:(v)e?|([a-z])) (?=\d)")
"""``double v 29`` is W29, ``double f 29`` FF 29."""
_LAST = re.compile(rf"{_RUN}$")
_ENDS: Final = (*_VALUES, "vingts", "cent", "cents", "mille")
_FAR: Final = 80
"""No number in letters, and nothing that calls it a code, is longer."""


def is_number(word: str) -> bool:
    """Whether *word*, folded, is a number or part of one."""
    return word in _ENDS or has_digit(word)


def in_digits(text: str) -> str:
    """Write the numbers of *text*, which is folded, in digits where they may be codes, and letters before them as one word."""
    plain = _POINTED.sub(lambda m: _POINTS[m[1]], _NUMBERS.sub(_meant, text))
    if "double " in plain:
        plain = _DOUBLED.sub(lambda m: "w" if m[1] else f"{m[2] * 2} ", plain)
    return letters_closed(plain)


def letters_closed(text: str) -> str:
    """Write the letters before the numbers of *text* as one word: ``i d 92`` is ``id92``."""
    if not has_digit(text):
        return text
    return _SPELLED.sub(lambda letters: letters[0].replace(" ", ""), text)


def figures(text: str) -> str:
    """Write all numbers of *text*, which is folded, in digits, whatever they mean."""
    return _NUMBERS.sub(lambda run: _digits(run[0]), text)


def said_quantities(text: str) -> str:
    """The quantities of *text*, which is folded, whose numbers are in letters: ``20 minutes`` for *vingt minutes*."""
    said = []
    for unit in _MEASURES.finditer(text):
        start = unit.start()
        if text.endswith(_ENDS, 0, start):
            run = _LAST.search(text, max(0, start - _FAR), start)
            if run and run[0] != "un":
                said.append(f"{_digits(run[0])}{unit[0]}")
    return ", ".join(said)


def _digits(run: str) -> str:
    plain = _ONE.sub(lambda one: str(_value(one[0])), run.replace("-", " "))
    closed = _AFTER_ZERO.sub("0", plain)
    return _POINTED.sub(lambda m: _POINTS[m[1]], closed)


def _meant(run: re.Match[str]) -> str:
    """*run* in digits, if it is a number to who asks, and no count or article."""
    text, start, end = run.string, run.start(), run.end()
    plain = _digits(run[0])
    called = _CALLED.search(text, max(0, start - _FAR), start)
    if plain == "0":  # *remise à zéro*
        return plain if called and not text.endswith(" a ", 0, start) else run[0]
    if plain == "1":
        return plain if called and not _ARTICLE.match(text, end) else run[0]
    follows = _MEASURES.match(text, end) or _FOLLOWED.match(text, end)
    return plain if called or follows or not _COUNT.fullmatch(plain) else run[0]


def _value(number: str) -> int:
    whole = part = 0
    for word in _PART.findall(number):
        if word == "mille":
            whole, part = whole + max(1, part) * 1000, 0
        elif word == "cent":
            part = max(1, part) * 100
        elif word == "vingt" and part % 100 == 4:
            part += 76
        else:
            part += _VALUES[word]
    return whole + part
