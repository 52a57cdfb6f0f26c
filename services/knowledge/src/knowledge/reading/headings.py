"""Which lines of a page are headings, and how deep each stands: by the letters' size and weight, and by its number."""

import re
from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

HEADING_RATIO = 1.12
"""A line that is so much larger than the document's body is a heading."""
SAME_SIZE_RATIO = 1.04
"""Sizes nearer than this are one: printing to PDF rounds them."""
MAX_HEADING_CHARS = 120

ITEM = re.compile(r"^(?:[-•▪–*·]|\d{1,2}[.)]|[a-z][.)])\s+")
_SENTENCE_END = re.compile(r"[.;:!?]$")
_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+[A-ZÀ-Ý]")


class Sizes(NamedTuple):
    """The document's usual size of text, and those of its headings, the largest first. In points."""

    body: float = 10.0
    headings: tuple[float, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[tuple[str, float]]) -> "Sizes":
        """Find them in some of the document's texts, each with its size."""
        known = list(texts)
        weighted = [size for text, size in known for _ in range(len(text) // 10)]
        body = median(weighted) if weighted else cls().body
        larger = {size for _, size in known if size > HEADING_RATIO * body}
        headings: list[float] = []
        for size in sorted(larger, reverse=True):
            if not headings or headings[-1] > SAME_SIZE_RATIO * size:
                headings.append(size)
        return cls(body, tuple(headings))

    def level(self, text: str, size: float, *, bold: bool) -> int:
        """
        The level of a line that is a heading, from 1 for the outermost; 0 for any other line.

        What is larger stands above what is smaller; of one size the number says it.
        """
        large = size > HEADING_RATIO * self.body
        if not (large or bold) or len(text) > MAX_HEADING_CHARS:
            return 0
        numbered = _NUMBERED.match(text)
        if not large and (
            _SENTENCE_END.search(text) or (ITEM.match(text) and not numbered)
        ):
            return 0
        kinds = (*self.headings, self.body)
        above = sum(known > SAME_SIZE_RATIO * size for known in kinds)
        return 1 + above + (numbered[1].count(".") if numbered else 0)
