"""Text in plain files."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.reading.aligned import MIN_LINES, cells_of, table_rows, tables_in
from knowledge.reading.blocks import Block, looks_like_header, unbroken
from knowledge.reading.encodings import decoded
from knowledge.reading.listed import listed
from knowledge.reading.separated import is_separated, separated_blocks

MAX_PARAGRAPH_CHARS = 20_000
MAX_HEADING_CHARS = 60
"""Of a heading that nothing underlines."""

_UNDERLINE = re.compile(r"^([=\-~])\1{2,}\s*$")
_CAPITALS = re.compile(r"\s*(?=(?:.*[A-ZÀ-Ý]){4})[^a-zà-ÿ]*[^a-zà-ÿ.,;:]")
_PART = re.compile(r"\s*\d{1,2}\.\d{1,2}\.?\s+[A-ZÀ-Ý][^.;:!?]*[^.,;:!?]")
_MARK = re.compile(
    r"^([ \t]*(?:[-•▪–*·]|\d{1,2}[.)]|[a-z][.)]))\t[ \t]*+(?=[^\t\n]*$)", re.MULTILINE
)
"""Of an item, with the tab behind it as Word writes it: no table has two columns of marks and texts."""
_BLANK = re.compile(r"\n\s*\n")


def text_blocks(path: Path) -> list[Block]:
    """Read plain text: blank lines part paragraphs, a form feed pages, a line underlined with ``===`` is a heading; or a table, as `csv_blocks` does."""
    text = _MARK.sub(r"\1 ", decoded(path))
    if is_separated(text):
        return separated_blocks(text, looks_like_header)
    pages = text.split("\f")
    blocks = [
        block
        for number, page in enumerate(pages, start=1)
        for part in _BLANK.split(page)
        for block in _paragraph(part.strip("\n"), number if len(pages) > 1 else None)
    ]
    end = len(blocks)
    while end and blocks[end - 1].kind == "heading":
        end -= 1
    return [
        Block("text", one.text, one.page)
        if at >= end or (at and _is_bare(one, blocks[at + 1 : at + 2]))
        else one
        for at, one in enumerate(blocks)
    ]


def _is_bare(block: Block, below: Sequence[Block]) -> bool:
    """Whether it is a heading with nothing below it, so a line of a note in capitals; the first may be the document's name."""
    return block.kind == "heading" and any(
        one.kind == "heading" and one.level <= block.level for one in below
    )


def _paragraph(text: str, page: int | None) -> Iterator[Block]:
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    lines = [line for at, line in enumerate(lines) if not _parts_rows(lines, at)]
    start = 0
    for at, line in enumerate(lines):
        if at > start and (mark := _UNDERLINE.match(line)):
            yield from _texts(lines[start : at - 1], page)
            yield Block(
                "heading", lines[at - 1].strip(), page, 1 if mark[1] == "=" else 2
            )
            start = at + 1
    is_table = bool(tables_in(lines[:MIN_LINES]))
    if lines and not (start or is_table) and (level := _unmarked_level(lines[0])):
        yield Block("heading", lines[0].strip(), page, level)
        start = 1
    yield from _texts(lines[start:], page)


def _parts_rows(lines: list[str], at: int) -> bool:
    """Whether the line is a rule between two rows of a table, or below the last; not below a heading, which may be numbered."""
    if not at or not _UNDERLINE.match(lines[at]):
        return False
    if at == 1 and lines[0].lstrip()[0].isdigit():
        return False
    above, *others = [
        {cell.start for cell in cells_of(lines[near])}
        for near in (at - 1, at + 1, at - 2, at - 3)
        if 0 <= near < len(lines)
    ]
    return any(len(above & other) > 1 for other in others)


def _unmarked_level(line: str) -> int:
    """The level of a heading that is in capitals, or numbered as the part of a chapter; 0 for any other line."""
    if len(line) > MAX_HEADING_CHARS:
        return 0
    if _CAPITALS.fullmatch(line):
        return 2
    return 3 if _PART.fullmatch(line) else 0


def _texts(lines: list[str], page: int | None) -> Iterator[Block]:
    """Paragraphs, items and the rows of tables."""
    start = 0
    for begin, end in tables_in(lines):
        yield from _items(lines[start:begin], page)
        yield from table_rows(lines[begin:end], page)
        start = end
    yield from _items(lines[start:], page)


def _items(lines: list[str], page: int | None) -> Iterator[Block]:
    for item in listed(lines):
        for part in _bounded(unbroken(line.strip() for line in item)):
            yield Block("text", part, page)


def _bounded(text: str) -> Iterator[str]:
    """Part what no paragraph is as long as, such as a whole file without a blank line."""
    start = 0
    while len(text) - start > MAX_PARAGRAPH_CHARS:
        most = start + MAX_PARAGRAPH_CHARS
        end = text.rfind(" ", start + 1, most) + 1 or most
        yield text[start:end].strip()
        start = end
    yield text[start:]
