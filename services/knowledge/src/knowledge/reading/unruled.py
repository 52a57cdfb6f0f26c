"""Tables on a page that no strokes hold: where their columns are is told by how their cells stand."""

import re
from itertools import pairwise

from knowledge.reading.blocks import Block, table_blocks
from knowledge.reading.pieces import Cell, Row
from knowledge.reading.titles import names_columns

SAME_COLUMN_PT = 3.0
"""Cells whose left edges differ by less stand in one column."""
MIN_ROWS = 3
"""In fewer, a cell may be the only one of its column."""
WIDE_BLANK_EM = 1.5
"""A wider gap parts two cells, a narrower one may be a blank too many."""
BLANK_LINE_EM = 0.8
"""Of what parts two tables, beyond the widest gap between two rows."""
_TOTAL = re.compile(r"(?:sous[ -]?)?(?:total|totaux|somme)\b", re.IGNORECASE)
"""What a bold last row below a blank line begins with."""


def same_columns(run: list[Row], row: Row) -> bool:
    """Whether *row* goes on with the table of *run*."""
    if len(run) == 1 and _are_titles(run[0], row):
        return True
    if _is_other_table(run, row):
        return False
    known = [cell for above in run for cell in above.cells]
    first, *others = row.cells
    if not any(abs(cell.left - first.left) < SAME_COLUMN_PT for cell in known):
        return False
    return _in_line(run[-1], row) or any(
        abs(cell.left - one.left) < SAME_COLUMN_PT
        or abs(cell.right - one.right) < SAME_COLUMN_PT
        for cell in others
        for one in known
    )


def _are_titles(above: Row, row: Row) -> bool:
    """Whether each cell but the first of *row* has one of *above* over it, and the first none."""
    return len(above.cells) == len(row.cells) - 1 > 1 and all(
        title.left < cell.right and cell.left < title.right
        for title, cell in zip(above.cells, row.cells[1:], strict=True)
    )


def _is_other_table(run: list[Row], row: Row) -> bool:
    """Whether *row* has titles below a blank line: in bold, or as many as *run* has no columns."""
    is_bold = row.bold and not run[-1].bold
    if not is_bold and len(row.cells) == len(run[0].cells):
        return False
    if not (is_bold or names_columns(row.texts[0])):
        return False
    if any(text[:1].isdigit() for text in row.texts) or _TOTAL.match(row.texts[0]):
        return False
    gaps = [below.first.top - above.bottom for above, below in pairwise(run)]
    widest = max(gaps, default=float("inf"))
    gap = row.first.top - run[-1].bottom
    return gap > widest + BLANK_LINE_EM * row.first.size


def _in_line(above: Row, row: Row) -> bool:
    """Whether the cells of both stand below each other, however they are aligned; of two cells alone it may be chance."""
    return len(above.cells) == len(row.cells) > 2 and all(
        max(one.right, other.right) < min(next_one.left, next_other.left)
        for (one, next_one), (other, next_other) in zip(
            pairwise(above.cells), pairwise(row.cells), strict=True
        )
    )


def unruled_table(run: list[Row], page: int) -> list[Block]:
    """Make the blocks of a table of these rows."""
    columns = _columns(run)
    texts = [
        tuple(column[at].text if at in column else "" for column in columns)
        for at in range(len(run))
    ]
    titled = not texts[0][0] or (run[0].bold and not run[-1].bold)
    header = True if titled else None
    return table_blocks(texts, page=page, has_header=header)


def _columns(run: list[Row]) -> list[dict[int, Cell]]:
    """
    The table's columns, each its cells by their row.

    Cells with one left edge are a column; so are those that stand below each other, as numbers do that are held in line at
    their right, and a title beside what has none.
    """
    edged: list[dict[int, Cell]] = []
    left = float("-inf")
    for cell, at in sorted(
        ((cell, at) for at, row in enumerate(run) for cell in row.cells),
        key=lambda placed: placed[0].left,
    ):
        if cell.left - left >= SAME_COLUMN_PT:
            edged.append({})
            left = cell.left
        edged[-1][at] = cell
    columns = edged[:1]
    for column in edged[1:]:
        last = columns[-1]
        if len(run) > MIN_ROWS and _is_rest(column, last):
            for at, cell in column.items():
                last[at] = Cell(last[at].pieces + cell.pieces)
            continue
        is_title = len(columns) > 1 and {0} in (last.keys(), column.keys())
        if last.keys().isdisjoint(column) and (is_title or _overlap(last, column)):
            last |= column
        else:
            columns.append(column)
    return columns


def _is_rest(column: dict[int, Cell], left: dict[int, Cell]) -> bool:
    """Whether *column* is no more than what a wide blank parts from one cell of *left*."""
    if len(column) != 1 or 0 in column or not column.keys() <= left.keys():
        return False
    ((at, cell),) = column.items()
    return cell.left - left[at].right < WIDE_BLANK_EM * cell.pieces[0].size


def _overlap(column: dict[int, Cell], right: dict[int, Cell]) -> bool:
    reach = max(cell.right for cell in column.values())
    return min(cell.left for cell in right.values()) < reach
