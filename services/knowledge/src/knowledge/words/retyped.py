"""Codes typed with blanks in them, without their joints, or abbreviated: read as documents have them."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from knowledge.words.codes import UNIT, each_code
from knowledge.words.folding import folded

MIN_CLOSED: Final = 3
"""*2 3 bornes* are no code 23."""
_DASHLESS = re.compile(r"([a-z]{1,3}\d{1,2})(\d{2})")
_HEXLESS = re.compile(r"[a-z]?(\d{4})")
_ABBREVIATED = re.compile(r"[efw](\d{2,5})")
"""``e411``: *erreur* or *error*, *fault*, *warning*."""
_SPREAD = tuple(
    re.compile(rf"(?<![a-z0-9.,'-]){form}(?![a-z0-9]|[.,-]\d)")
    for form in (
        r"(\d{1,3}(?: \d{1,4}){1,4})()",
        r"([a-z]{1,3}[ .-]?\d{1,4}(?: \d){0,2}) (\d{1,3})",
        r"(\d ?[a-z]) (\d{1,2})",
        r"(?<!\d )(\d\d)[- ](\d{2,3})(?! \d)",
    )
)
"""``5 6 7``, ``11 73``, ``H 02 07``, ``7H 04``, ``35-01``: codes typed, or dictated, with blanks in them."""
_APART = re.compile(r"\d ?[a-z]? \d|\d\d-\d\d")
"""What each of them has; most questions do not."""
_ONE_BY_ONE = re.compile(r"0 \d{1,3}|\d(?: \d){2,}")
"""``0 16``, ``9 9 9`` are 016 and 999, whether documents have them or not."""


def closed(question: str, known: Callable[[str], bool]) -> str:
    """
    Close the codes that were typed with blanks in them, where documents have them: ``H 02 07`` becomes ``h02-07``.

    Args:
        question: As typed; it comes back as it is where there is nothing to close, else folded.
        known: Whether some passage has a code, given in its one form.
    """

    def whole(match: re.Match[str]) -> str:
        if UNIT.match(match.string, match.end()):
            return match[0]
        one, part = match[1].replace(" ", ""), match[2]
        written = f"{one}-{part}" if part else one
        halves = f"{one[:2]}-{one[2:]}" if len(one) == len("8901") else written
        for form in (written, written.replace("-", ""), halves):
            if len(form) >= MIN_CLOSED and known(
                next(each_code(form, bases=False), "")
            ):
                return form
        return one if _ONE_BY_ONE.fullmatch(match[0]) else match[0]

    text = plain = folded(question)
    if not _APART.search(plain):
        return question
    for form in _SPREAD:
        text = form.sub(whole, text)
    return question if text == plain else text


def other_readings(code: str) -> Iterator[str]:
    """
    What a code may be that was typed another way.

    Without its dash or ``0x``: ``u401`` may be ``u4.1``, ``f8013`` ``0x8013``; its word abbreviated: ``e411`` may be ``411`` or *Er 411*.
    """
    if parts := _DASHLESS.fullmatch(code):
        yield f"{parts[1]}.{int(parts[2])}"
    if digits := _HEXLESS.fullmatch(code):
        yield f"0x{digits[1].lstrip('0')}"
    if number := _ABBREVIATED.fullmatch(code):
        yield number[1]
        yield f"er{number[1]}"
