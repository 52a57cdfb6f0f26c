"""Codes that were spelled to a voice, which writes words for their letters: *l'écran marque elle neuf* is L9."""

import re
from collections.abc import Callable
from typing import Final

from knowledge.words.codes import UNIT, WORDS, each_code, is_code
from knowledge.words.dictated import NUMBER, figures

_LETTERS: Final = {
    sound: letter
    for letter, sounds in {
        "a": "ah",
        "b": "bee",
        "c": "c'est",
        "e": "eux euh heu",
        "f": "effe ef",
        "g": "jet",
        "h": "hache ache hash",
        "j": "j'y ji",
        "k": "cas ka",
        "l": "elle elles aile ailes el",
        "m": "aime emme",
        "n": "haine enne",
        "o": "oh",
        "p": "paix pet pe",
        "q": "cul ku",
        "r": "air erre aire",
        "s": "esse est-ce",
        "t": "the",
        "u": "hue",
        "v": "ve vee",
        "x": "ixe",
        "z": "zede zed",
    }.items()
    for sound in sounds.split()
} | {"double v": "w", "double ve": "w", "i grec": "y", "i grecque": "y"}
_JOINTS: Final = {"tiret": "-", "point": ".", "virgule": "."}
_SAID: Final = _LETTERS | _JOINTS
_SOUND = rf"(?:{'|'.join(sorted(_SAID, key=len, reverse=True))})(?![a-z0-9'])"
_LETTER = rf"(?:{'|'.join(_LETTERS)}|[a-z])"
_ITEM = re.compile(rf"(?:{_SOUND}|(?:[a-z]|(?:{NUMBER})s?|\d+)(?![a-z0-9']))[ -]?")
_SOUNDS = re.compile(rf"(?<![a-z0-9]){_SOUND}")
_SHOWN = re.compile(
    rf"(?<![a-z])(?:{WORDS}|marqu[a-z]+|affich[a-z]+|indiqu[a-z]+|ecrit|montre|sort|met|donne|dit|vois|voit)"
    rf" (?:(?:numero|d'erreur|de defaut|le|un|du|c'est(?= {_LETTER} )) )?(?=(?:(?:{NUMBER}|\d+) )?{_LETTER}[ -])"
)
"""What says that a code follows, and its first letter."""
_GOES_ON = re.compile(rf"(?!un\b)(?:(?:(?:{NUMBER})s?|\d+)(?![a-z0-9'])[ -]?)+")
"""*elle cinq zéro zéro* is L500, though it is L5 that documents have; *u huit un peu* is U8."""
_MOST: Final = 8
"""No code is spelled in more words."""


def spelled(text: str, known: Callable[[str], bool]) -> str:
    """
    Close the codes of *text*, which is folded, that were spelled, where documents have them.

    Args:
        text: A question.
        known: Whether some passage has a code, given in its one form, or letters that may be one (*u elle* is UL).
    """
    for shown in _SHOWN.finditer(text):
        start = shown.end()
        for end in reversed(_ends(text, start)):
            if _is_known(_closed(text[start:end]), known):
                last = _last(text, end)
                if not UNIT.match(text, last):
                    return f"{text[:start]}{_closed(text[start:last])} {text[last:]}"
    return text


def _ends(text: str, start: int) -> list[int]:
    """Where a code may end that begins at *start*: after its second word, its third, …"""
    ends: list[int] = []
    while len(ends) < _MOST and (item := _ITEM.match(text, start)):
        start = item.end()
        ends.append(start)
    return ends[1:]


def _last(text: str, end: int) -> int:
    """Where the code ends that is known until *end*: behind the numbers that follow, unless they count something."""
    more = _GOES_ON.match(text, end)
    return more.end() if more and not UNIT.match(text, more.end()) else end


def _closed(said: str) -> str:
    written = _SOUNDS.sub(lambda sound: _SAID[sound[0]], said)
    return figures(written).replace(" ", "")


def _is_known(code: str, known: Callable[[str], bool]) -> bool:
    if code.isalpha():
        return known(code)
    return is_code(code, called=True) and known(next(each_code(code, bases=False), ""))
