"""What a voice takes back: *erreur 25 non attends 15* is *erreur 15*, *c'est pas un 9 c'est elle p* is *elle p*."""

import re
from typing import Final

from knowledge.words.codes import UNIT
from knowledge.words.dictated import NUMBER
from knowledge.words.spelled import ITEM

_NUMBER: Final = rf"(?:\d|(?:{NUMBER})s?(?![a-z]))"
_LETTERS: Final = rf"(?P<letters>(?:(?!{_NUMBER}){ITEM}){{0,3}})"
_MORE: Final = rf"(?:(?!c'est ){ITEM})"
_SAID: Final = rf"{_LETTERS}(?={_NUMBER}){_MORE}{{1,5}}"
"""A code or a number, the letters before it and the rest."""
_TAKES_BACK: Final = r"(?:non|pardon|enfin|plutot|attend(?:s|ez)|je me trompe)"
_NO: Final = rf"(?:(?:euh|ah|oh) )*{_TAKES_BACK},? "
_ARTICLE: Final = r"(?:un|une|le|la|du) "
_NOT: Final = rf"(?:c'est )?pas (?:{_ARTICLE})?"
_RATHER: Final = rf"(?:mais |c'est |plutot |{_ARTICLE})"
_MEANT: Final = rf"(?=(?P<number>(?={_NUMBER}))?{ITEM}{_MORE}{{0,5}}(?P<end>))"
_START: Final = r"(?<![a-z0-9'])"
_TAKEN_BACK = (
    (
        re.compile(rf" {_TAKES_BACK}[ ,]"),
        re.compile(
            rf"{_START}{_SAID}(?:, )?(?:{_NO})+(?:{_NOT}\d+ (?:{_NO})*)?{_RATHER}*{_MEANT}"
        ),
    ),
    (
        re.compile(rf" pas (?:{_ARTICLE})?{_SAID}"),
        re.compile(rf"{_START}{_NOT}{_SAID}(?:{_NO})*{_RATHER}+{_MEANT}"),
    ),
)
"""What each has, which most questions do not, and each whole."""


def corrected(text: str) -> str:
    """
    Leave out the codes and numbers of *text*, which is folded, that it takes back for others.

    Where only the number is said again (*hache 62 pardon 76*), its letters stay.
    """
    for sign, form in _TAKEN_BACK:
        if sign.search(text):
            text = form.sub(_left, text)
    return text


def _left(taken: re.Match[str]) -> str:
    if UNIT.match(taken.string, taken.end("end")):
        return taken[0]
    return taken["letters"] if taken["number"] is not None else ""
