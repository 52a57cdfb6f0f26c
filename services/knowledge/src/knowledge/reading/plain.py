"""Text and tables of codes in plain files."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.reading.blocks import Block, table_blocks
from knowledge.reading.listed import listed

MAX_PARAGRAPH_CHARS = 20_000
MAX_CELL_CHARS = 8_000_000
"""Python's own bound on a cell, 131,072, is less than a text that somebody pasted."""

_UNDERLINE = re.compile(r"^([=\-~])\1{2,}\s*$")
_BLANK = re.compile(r"\n\s*\n")


def decoded(path: Path) -> str:
    """Read text in UTF-8 (with or without a mark) or UTF-16, else in what Excel writes in France."""
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def text_blocks(path: Path) -> list[Block]:
    """Read plain text: blank lines part paragraphs, a form feed pages, a line underlined with ``===`` is a heading."""
    pages = decoded(path).replace("\r\n", "\n").split("\f")
    return [
        block
        for number, page in enumerate(pages, start=1)
        for part in _BLANK.split(page)
        for block in _paragraph(part.strip("\n"), number if len(pages) > 1 else None)
    ]


def csv_blocks(path: Path) -> list[Block]:
    """Read a table of codes; its separator is found out, its first line is the header."""
    text = decoded(path)
    csv.field_size_limit(MAX_CELL_CHARS)
    first = text.partition("\n")[0]
    separator = max(";,\t|", key=first.count)
    try:
        rows = _rows(text, separator)
    except (
        csv.Error
    ):  # a quote that nobody closed would take the rest of the file into its cell
        rows = _rows(text, separator, quoting=csv.QUOTE_NONE)
    return table_blocks(rows, has_header=len(rows) > 1)


def _rows(text: str, separator: str, **form: Any) -> list[tuple[str, ...]]:
    """
    Raises:
        csv.Error: A cell is opened by a quote and not closed by one.
    """
    lines = csv.reader(io.StringIO(text), delimiter=separator, strict=True, **form)
    return [
        tuple(re.sub(r"\s+", " ", cell).strip(' "') for cell in row) for row in lines
    ]


def _paragraph(text: str, page: int | None) -> list[Block]:
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    if not lines:
        return []
    if len(lines) > 1 and (mark := _UNDERLINE.match(lines[1])):
        level = 1 if mark.group(1) == "=" else 2
        heading = Block("heading", lines[0].strip(), page, level)
        return [heading, *_paragraph("\n".join(lines[2:]), page)]
    return [
        Block("text", part, page)
        for item in listed(lines)
        for part in _bounded(" ".join(line.strip() for line in item))
    ]


def _bounded(text: str) -> Iterator[str]:
    """Part what no paragraph is as long as, such as a whole file without a blank line."""
    start = 0
    while len(text) - start > MAX_PARAGRAPH_CHARS:
        most = start + MAX_PARAGRAPH_CHARS
        end = text.rfind(" ", start + 1, most) + 1 or most
        yield text[start:end].strip()
        start = end
    yield text[start:]
