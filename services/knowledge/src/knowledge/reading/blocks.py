"""What reading a document yields: its headings, texts and table rows, in reading order."""

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

READING_RULES = 2
"""Counts up when documents are read otherwise: what was read before is `outdated`, and is read again when it is sent again."""

_CODE = re.compile(r"[A-Za-z]{0,4}[-.: ]{0,2}\d+[-.\w]*(?=\s|$)")
_KEPT = re.compile(
    r"(?<!\w)(?:anti|après|au|auto|avant|ci|contre|demi|là|micro|multi|non|par|peut|porte|semi|sous|vis)-$",
    re.IGNORECASE,
)
"""What French joins to the next word by a hyphen that is no line's."""
MAX_TITLE_CHARS = 80
MAX_HEADER_CHARS = 200
"""Of one column's title: each row is said with it."""
MAX_COLUMNS = 64
"""Of a table; a page says that a cell spans thousands at no cost."""


class Unreadable(Exception):
    """This document cannot be read; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Block:
    """
    One heading, one paragraph or list item, or one row of a table.

    Args:
        kind: ``heading`` has a *level*, ``row`` has *cells* and, where the table has one, its *header*.
        text: Of a heading or text; empty for a row.
        page: Counted from 1; None where the format has no pages.
        level: 1 is the outermost heading.
        header: The column titles, as many as *cells*.
        cells: Of one row, from left to right.
    """

    kind: Literal["heading", "text", "row"]
    text: str = ""
    page: int | None = None
    level: int = 0
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()

    def to_json(self) -> str:
        values = ((name, getattr(self, name)) for name in self.__slots__)
        return json.dumps(
            {n: value for n, value in values if value}, ensure_ascii=False
        )

    @staticmethod
    def from_json(line: str) -> "Block":
        return Block.from_fields(json.loads(line))

    @staticmethod
    def from_fields(fields: dict[str, Any]) -> "Block":
        """Read what `to_json` wrote."""
        header = _shared(tuple(fields.get("header", ())))
        cells = tuple(fields.get("cells", ()))
        kind = sys.intern(fields["kind"])
        return Block(**(fields | {"kind": kind, "header": header, "cells": cells}))


@lru_cache(maxsize=64)
def _shared(header: tuple[str, ...]) -> tuple[str, ...]:
    """One object for all rows of a table: there may be 200,000, and a header is half of each."""
    return header


def table_blocks(
    rows: list[tuple[str, ...]],
    *,
    page: int | None = None,
    has_header: bool | None = None,
) -> list[Block]:
    """
    Make the blocks of one table.

    Args:
        rows: All of its rows; empty ones are dropped, repeated headers, and what stands right of `MAX_COLUMNS`.
        page: Where it stands.
        has_header: Whether the first row is the header; guessed when None.
    """
    filled = [row[:MAX_COLUMNS] for row in rows if any(row[:MAX_COLUMNS])]
    if not filled:
        return []
    if has_header is None:
        has_header = len(filled) > 1 and looks_like_header(*filled[:2])
    header = tuple(title[:MAX_HEADER_CHARS] for title in filled[0] if has_header)
    width = max(len(row) for row in filled)
    return [
        Block(
            "row",
            page=page,
            header=_widened(header, width) if header else (),
            cells=_widened(row, width),
        )
        for row in filled
        if row != filled[0] or not has_header
    ]


def looks_like_header(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Titles are no quantities, no sentences, and no code above another code."""
    if not all(first) or any(cell[0].isdigit() for cell in first):
        return False
    if any(len(cell) > MAX_TITLE_CHARS or cell.endswith(".") for cell in first):
        return False
    return not are_codes(first[0], second[0])


def are_codes(*cells: str) -> bool:
    """A code above another is no title."""
    return all(map(_CODE.match, cells))


def _widened(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    return row + ("",) * (width - len(row))


def joined(texts: Iterable[str]) -> str:
    """Join lines to one text with single blanks, as `unbroken` does."""
    return unbroken(" ".join(text.split()) for text in texts)


def unbroken(lines: Iterable[str]) -> str:
    """
    Join *lines* to one text.

    A word parted by a hyphen at a line's end becomes whole, ``E-`` and ``101`` ``E-101``; ``sous-`` keeps its hyphen.
    """
    parts: list[str] = []
    for line in lines:
        last = parts[-1] if parts else ""
        parted = last.endswith("-") and last[-2:-1].isalnum() and line[:1].isalnum()
        if not parted:
            parts.append(line)
        elif line[0].islower() and last[-2].isalpha() and not _KEPT.search(last):
            parts[-1] = last[:-1] + line
        else:
            parts[-1] = last + line
    return " ".join(parts)
