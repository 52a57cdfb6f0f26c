"""Tables in plain text, whose columns blanks hold in line: the first line is the header where it names columns."""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from knowledge.reading.blocks import MAX_COLUMNS, Block, table_blocks
from knowledge.reading.titles import names_columns

MIN_LINES = 3
"""Two lines may have a blank at the same place by chance."""
SHARE = 0.6
"""Of a table's lines so many have a cell where a column begins: now and then one is longer than its column is wide."""
LONGEST_TITLE = 40
"""Of a column, where no rule below the header tells that it is one."""

LONGEST_NUMBER = 16
"""With its unit."""

_CELL = re.compile(r"\S+(?: \S+)*")
_NUMBER = re.compile(r"[-+±<>≤≥~]?\d|[-–—/]$")
"""Or what stands for one."""
_UNIT = re.compile(r"[(\[].+[)\]]|[^\d\s]{1,5}")
_RULE = re.compile(r"\s*[-=]{2,}(?:\s+[-=]{2,})+\s*")


class Cell(NamedTuple):
    """*text*, and the place in its line at which it begins."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Column(NamedTuple):
    """Where it begins; and where it ends, where that is known: of numbers."""

    start: int
    end: int


def cells_of(line: str) -> list[Cell]:
    """What stands in *line* with two blanks or more between."""
    return [Cell(one.start(), one[0]) for one in _CELL.finditer(line.expandtabs())]


def tables_in(lines: Sequence[str]) -> list[tuple[int, int]]:
    """The first line of each table in *lines*, and the line behind its last."""
    found = []
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _may_be_row(lines, start, end):
            end += 1
        if end - start >= MIN_LINES and len(_columns(lines[start:end])) > 1:
            found.append((start, end))
        start = max(end, start + 1)
    return found


def table_rows(lines: Sequence[str], page: int | None) -> list[Block]:
    """The rows of the table that *lines* are."""
    columns = _columns(lines)
    rows: list[list[str]] = []
    ruled = False
    for line in lines:
        if _RULE.fullmatch(line):
            ruled = ruled or len(rows) == 1
            continue
        below = _units(line, columns) if len(rows) == 1 else []
        placed = (
            below or (not rows and _titles(line, columns)) or _placed(line, columns)
        )
        if rows and not placed[0] and (below or sum(map(bool, placed)) == 1):
            rows[-1] = [
                f"{a} {b}".strip() for a, b in zip(rows[-1], placed, strict=True)
            ]
        else:
            rows.append(placed)
    return table_blocks(
        [tuple(row) for row in rows], page=page, has_header=ruled or _is_header(rows)
    )


def _may_be_row(lines: Sequence[str], start: int, at: int) -> bool:
    """Whether the line has several cells, or goes on with the last cell of the one before."""
    cells = cells_of(lines[at])
    if len(cells) > 1:
        return True
    if at == start or not cells:
        return False
    before = cells_of(lines[at - 1])
    return cells[0].start > before[0].start and cells[0].start == before[-1].start


def _columns(lines: Sequence[str]) -> list[Column]:
    """The table's columns; one alone where it is none."""
    rows = [cells for line in lines if len(cells := cells_of(line)) > 1]
    starts = Counter(cell.start for cells in rows for cell in cells)
    first = min((cells[0].start for cells in rows), default=0)
    enough = max(MIN_LINES, SHARE * len(rows))
    numbers = list(_number_columns(rows, enough))
    shared = {place for place, n in starts.items() if n >= enough} | {first}
    words = [
        Column(place, place)
        for place in shared
        if not any(begin <= place < end for begin, end in numbers)
    ]
    return sorted((*words, *numbers))[:MAX_COLUMNS]


def _number_columns(rows: Sequence[Sequence[Cell]], enough: float) -> Iterator[Column]:
    """Numbers that stand below each other, held in line at either end or at the comma; two of one line are two columns."""
    numbers = sorted(
        (*cell, at)
        for at, cells in enumerate(rows)
        for cell in cells[1:]
        if _NUMBER.match(cell.text) and len(cell.text) <= LONGEST_NUMBER
    )
    begin = end = 0
    among: list[int] = []
    for start, text, at in (*numbers, (sys.maxsize, "", 0)):
        if start >= end:
            if len(among) == len(set(among)) >= enough:
                yield Column(begin, end)
            begin, end, among = start, 0, []
        end = max(end, start + len(text))
        among.append(at)


def _titles(line: str, columns: Sequence[Column]) -> list[str]:
    """As many titles as columns are theirs, wherever each begins and ends."""
    cells = cells_of(line)
    return [cell.text for cell in cells] if len(cells) == len(columns) else []


def _units(line: str, columns: Sequence[Column]) -> list[str]:
    """Units below the titles: of all columns but the first."""
    cells = cells_of(line)
    if len(cells) != len(columns) - 1 or cells[0].start <= columns[0].start:
        return []
    texts = [cell.text for cell in cells]
    return ["", *texts] if all(map(_UNIT.fullmatch, texts)) else []


def _placed(line: str, columns: Sequence[Column]) -> list[str]:
    """
    The texts of *line*, one a column: cut where all columns begin; else each cell in a column of numbers that it stands
    above or below, or in the last column that begins before it does.
    """
    line = line.expandtabs()
    starts = [column.start for column in columns]
    ends = (*starts[1:], len(line))
    if all(line[at : at + 1].strip() and not line[:at][-1:].strip() for at in starts):
        return [
            " ".join(line[at:end].split()) for at, end in zip(starts, ends, strict=True)
        ]
    placed = [""] * len(columns)
    for cell in cells_of(line):
        at = _place(cell, columns)
        placed[at] = f"{placed[at]} {cell.text}".strip()
    return placed


def _place(cell: Cell, columns: Sequence[Column]) -> int:
    before = 0
    for at, column in enumerate(columns):
        if column.start <= cell.start:
            before = at
        elif column.start < cell.end and cell.start != columns[before].start:
            return at if column.start < column.end else before
    return before


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Titles are short and no quantities; they begin with what titles begin with, or stand above quantities."""
    first, *others = rows or [()]
    if (
        not others
        or not all(first[1:])
        or any(len(one) > LONGEST_TITLE for one in first)
    ):
        return False
    if not first[0]:
        return True
    if any(one[-1] in ",;:" or one[0].isdigit() for one in first):
        return False
    if names_columns(first[0]):
        return True
    return any(
        sum(row[at][:1].isdigit() for row in others) > len(others) / 2
        for at in range(len(first))
    )
