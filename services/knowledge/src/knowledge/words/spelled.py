"""Codes that were spelled to a voice, which writes words for their letters: *l'écran marque elle neuf* is L9."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from knowledge.words.codes import UNIT, WORDS, each_code, is_code
from knowledge.words.dictated import NUMBER, figures
from knowledge.words.retyped import closed

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
_JOINTS: Final = {"tiret": "-", "moins": "-", "point": ".", "virgule": "."}
_SAID: Final = _LETTERS | _JOINTS
_SOUND = rf"(?:{'|'.join(sorted(_SAID, key=len, reverse=True))})(?![a-z0-9'])"
_LETTER = rf"(?:{'|'.join(_LETTERS)}|[a-z])"
_NUMBER = rf"(?:(?:{NUMBER})s?|\d+)"
ITEM: Final = rf"(?:{_SOUND}|(?:[a-z]|{_NUMBER}|(?<=[a-z] )et(?= (?:un|onze)))(?![a-z0-9']))(?:[ -]|$)?"
"""One word of a code that is spelled."""
_ITEM = re.compile(ITEM)
_SOUNDS = re.compile(rf"(?<![a-z0-9]){_SOUND}")
_NO_WORDS: Final = (
    "hache|ache|hash|effe|emme|enne|ixe|zede?|ku|ka|double ve?|i grec(?:que)?"
)
_SHOWN = re.compile(
    rf"(?<![a-z])(?:(?P<called>(?P<word>{WORDS})|marqu[a-z]+|affich[a-z]+|indiqu[a-z]+|(?:mis|mise|passe|passee) en)"
    r"|ecrit|montre|sort|met|donne|dit|vois|voit|j'ai|(?:reste|restee|est|bloque|bloquee|tombe|tombee) (?:en|sur))"
    r" (?P<joint>(?:numero|d'erreur|de defaut|le|un|du|c'est) )?"
    rf"(?=(?:{_NUMBER} )?{_LETTER}[ -]|(?<=c'est )(?!un ){_NUMBER}|(?(called){_NUMBER}[ -](?:et )?{_NUMBER}|(?!)))"
    rf"|(?<![a-z0-9'])(?=(?:(?:{_NO_WORDS}) {_NUMBER}|(?:{'|'.join(_LETTERS)}) (?:zero |0|{_NUMBER} (?:point|tiret) {_NUMBER})))"
)
"""What says that a code follows, and its first letter; or that letter, where it is no other word, or a zero or a joint stands behind it."""
_GOES_ON = re.compile(rf"(?!un\b)(?:{_NUMBER}(?![a-z0-9'])[ -]?)+")
"""*elle cinq zéro zéro* is L500, though it is L5 that documents have; *u huit un peu* is U8."""
_MOST: Final = 8
"""No code is spelled in more words."""
SPOKEN: Final = frozenset(
    (
        *(name for name in _SAID if name.isalpha()),
        *(f"{number}{plural}" for number in NUMBER.split("|") for plural in ("", "s")),
        *"befghikopqruvwxz",
        "double",
    )
)
"""Where a question has none of these words, nothing in it was spelled or is a number in letters."""


def spelled(text: str, known: Callable[[str], bool]) -> str:
    """
    Close the codes of *text*, which is folded, that were spelled, where documents have them.

    Args:
        text: A question.
        known: Whether some passage has a code, given in its one form, or letters that may be one (*u elle* is UL).
    """
    for shown in _SHOWN.finditer(text):
        for start, end in _spans(shown):
            code = _code(text[start:end], known)
            if not code:
                continue
            last = _last(text, end)
            if not UNIT.match(text, last):
                whole = code if last == end else _spaced(text[start:last])
                return f"{text[:start]}{whole.replace(' ', '')} {text[last:]}"
    return text


def _spans(shown: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where a code may stand behind what shows it, of two words or more, the longest first; *un* may be of it, and *c'est*."""
    text, after, joint = shown.string, shown.end(), shown["joint"]
    if joint == "un ":
        yield from _ends(text, shown.start("joint"), least=2)
    yield from _ends(text, after, least=1 if joint == "c'est " and shown["word"] else 2)
    if joint == "c'est ":
        yield from _ends(text, shown.start("joint"), least=2)


def _ends(text: str, start: int, *, least: int) -> Iterator[tuple[int, int]]:
    ends: list[tuple[int, int]] = []
    at = start
    while len(ends) < _MOST and (item := _ITEM.match(text, at)):
        at = item.end()
        ends.append((start, at))
    return reversed(ends[least - 1 :])


def _last(text: str, end: int) -> int:
    """Where the code ends that is known until *end*: behind the numbers that follow, unless they count something."""
    more = _GOES_ON.match(text, end)
    return more.end() if more and not UNIT.match(text, more.end()) else end


def _spaced(said: str) -> str:
    return figures(_SOUNDS.sub(lambda sound: _SAID[sound[0]], said)).strip()


def _code(said: str, known: Callable[[str], bool]) -> str:
    """What *said* spells, as documents have it; "" where they have no such code."""
    spaced = _spaced(said)
    whole = spaced.replace(" ", "")
    if _is_known(whole, known):
        return whole
    parted = closed(spaced, known)
    return parted if _is_known(parted, known) else ""


def _is_known(code: str, known: Callable[[str], bool]) -> bool:
    if code.isalpha():
        return known(code)
    return is_code(code, called=True) and known(next(each_code(code, bases=False), ""))
