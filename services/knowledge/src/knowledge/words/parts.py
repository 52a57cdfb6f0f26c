"""Codes with another word before them: a brand, or the part that they come from (``ERREUR INVERTER 6``)."""

import re
from collections.abc import Iterator

from knowledge.words.codes import UNIT, WORDS, each_code
from knowledge.words.folding import folded

_AFTER_NAME = re.compile(
    rf"(?<![a-z]){WORDS} ([a-z]{{3,}}) (\d{{3,5}}|[a-z]{{1,3}}[-.]?\d{{1,4}})(?![a-z0-9.,-])"
)
_OF_A_PART = re.compile(
    rf"(?<![a-z]){WORDS} ([a-z]{{4,}}) (\d{{1,5}})(?![a-z0-9]|[.,-]\d)"
)
"""``ERREUR INVERTER 6``: a part's code, which is no other part's."""


def codes_after_names(question: str) -> Iterator[tuple[str, str]]:
    """Each code with the word between it and its word for code: ``alarme huawei 2099``; the word may be a brand."""
    for match in _AFTER_NAME.finditer(question):
        for code in each_code(match[2], bases=False):
            yield match[1], code


def codes_of_parts(text: str) -> list[tuple[str, str]]:
    """The part and number of each code in *text*, which is folded, that is told with the part it comes from: ``erreur inverter 6``."""
    return [
        (match[1], match[2])
        for match in _OF_A_PART.finditer(text)
        if not UNIT.match(text, match.end())
    ]


def part_code_of_cell(cell: str) -> frozenset[str]:
    """The code of a cell that is no other words than a part's code: ``ERREUR INVERTER 6`` is ``inverter6``."""
    told = _OF_A_PART.fullmatch(folded(cell).strip())
    return frozenset((f"{told[1]}{int(told[2])}",)) if told else frozenset()
