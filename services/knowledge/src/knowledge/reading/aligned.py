"""Tables in plain text, whose columns blanks hold in line: the first line is the header where it names columns."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from knowledge.reading.blocks import MAX_COLUMNS, Block, table_blocks
from knowledge.words.folding import folded

MIN_LINES = 3
"""Two lines may have a blank at the same place by chance."""
SHARE = 0.6
"""Of a table's lines so many have a cell where a column begins: now and then one is longer than its column is wide."""
LONGEST_TITLE = 40
"""Of a column, where no rule below the header tells that it is one."""

_CELL = re.compile(r"\S+(?: \S+)*")
_NUMBER = re.compile(r"[-+±<>≤≥]?\d")
_RULE = re.compile(r"\s*[-=]{2,}(?:\s+[-=]{2,})+\s*")
_TITLE = re.compile(
    r"(?:actions?|affichages?|anomalies?|bornes?|boutons?|causes?|codes?|constats?|couleurs?|defauts?|descriptions?|designations?"
    r"|elements?|erreurs?|etats?|leds?|libelles?|menus?|mesures?|messages?|modeles?|n[o°]|numeros?|parametres?|pannes?|pieces?"
    r"|positions?|problemes?|ref(?:erences?)?|reglages?|remedes?|significations?|symptomes?|touches?|types?|valeurs?|voyants?)\b"
)
"""With what the header of a table begins whose columns are all words."""


class Cell(NamedTuple):
    """*text*, and the place in its line at which it begins."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


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
        placed = _placed(line.expandtabs(), columns)
        if rows and not placed[0] and sum(map(bool, placed)) == 1:
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


def _columns(lines: Sequence[str]) -> list[int]:
    """Where the table's columns begin; one alone where it is none."""
    rows = [cells for line in lines if len(cells := cells_of(line)) > 1]
    starts = Counter(cell.start for cells in rows for cell in cells)
    first = min((cells[0].start for cells in rows), default=0)
    enough = max(MIN_LINES, SHARE * len(rows))
    shared = {place for place, n in starts.items() if n >= enough}
    for begin, end in _number_columns(rows, enough):
        shared = {place for place in shared if not begin <= place < end} | {begin}
    return sorted({first, *shared})[:MAX_COLUMNS]


def _number_columns(
    rows: Sequence[Sequence[Cell]], enough: float
) -> Iterator[tuple[int, int]]:
    """Where columns of numbers begin and end that are held in line at their end, titles included."""
    numbers = [c for cells in rows for c in cells[1:] if _NUMBER.match(c.text)]
    titles = rows[0][1:] if rows else ()
    for end, n in Counter(cell.end for cell in numbers).items():
        if n >= enough:
            yield min(c.start for c in (*numbers, *titles) if c.end == end), end


def _placed(line: str, columns: Sequence[int]) -> list[str]:
    """The texts of *line*, one a column: cut where all columns begin; else each cell in the last column that begins before it does."""
    ends = (*columns[1:], len(line))
    if all(line[at : at + 1].strip() and not line[:at][-1:].strip() for at in columns):
        return [line[at:end].strip() for at, end in zip(columns, ends, strict=True)]
    placed = [""] * len(columns)
    for cell in cells_of(line):
        at = max(
            (n for n, start in enumerate(columns) if start <= cell.start), default=0
        )
        placed[at] = f"{placed[at]} {cell.text}".strip()
    return placed


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
    if _TITLE.match(folded(first[0])):
        return True
    return any(
        sum(row[at][:1].isdigit() for row in others) > len(others) / 2
        for at in range(len(first))
    )
