"""Lines of one paragraph: wrapped prose is one text, the items of a list and the entries of a list of codes are each one."""

import re
from collections.abc import Iterator, Sequence

from knowledge.reading.blocks import Block

_ITEM = re.compile(r"\s*(?:[-•▪–*·]|\d{1,2}[.)]|[a-z][.)])\s+")
_CODE = re.compile(
    r"\s*(?:[A-Za-zÀ-ÿ]{2,10}\.?\s+)?(?:[A-Za-z]{1,3}[-. ]?\d{1,5}|\d[A-Z]|\d{2,5})(?:[.-]\d{1,3})?[A-Z]?"
    r"(?:\s*[:=|)]\s*(?=\S)|\s*[-–—]\s+(?=\S)|\s{2,}(?=\S)|\t|\s(?=[A-ZÀ-Ý][a-zà-ÿ']))"
)
_SHORT = re.compile(r"\s*[A-Z][A-Z0-9]{0,3}\s*[:=–—]\s")
"""A code without a digit, which only its neighbours make one: ``LD : …`` below ``L9 : …``."""


def opens_entry(line: str) -> bool:
    """Whether *line* begins as an item of a list does, or an entry of a list of codes."""
    return bool(_ITEM.match(line) or _CODE.match(line))


def listed(lines: Sequence[str]) -> list[list[str]]:
    """
    Group *lines* to texts.

    A line that opens with a code ends the text before it where another line does too: a single one may be prose
    that was wrapped in front of a number.
    """
    coded = [bool(_CODE.match(line)) for line in lines]
    is_list = sum(coded) > 1
    texts: list[list[str]] = []
    for line, opens in zip(lines, coded, strict=True):
        entry = is_list and (opens or _SHORT.match(line))
        if texts and not (entry or _ITEM.match(line)):
            texts[-1].append(line)
        else:
            texts.append([line])
    return texts


def texts_of(text: str) -> Iterator[Block]:
    """The texts of one paragraph, whose lines ``\\n`` parts."""
    lines = [line for line in text.split("\n") if line.strip()]
    return (Block("text", clean(" ".join(parts))) for parts in listed(lines))


def clean(text: str) -> str:
    """*text* on one line, with single blanks."""
    return " ".join(text.split())
