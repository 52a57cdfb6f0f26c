"""Tables drawn with lines: the grid is found first, then each piece of text falls into its cell."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.reading.blocks import Block, joined, table_blocks
from knowledge.reading.headings import Sizes
from knowledge.reading.layout import page_blocks
from knowledge.reading.pieces import Piece

SNAP_PT = 2.5
"""Strokes closer than this are one line; what is thinner than this is a line and not a box."""
MIN_LENGTH_PT = 8.0
MAX_LINES = 1500
"""A page with more strokes is a drawing; its tables are found by the alignment of their texts."""


@dataclass(frozen=True, slots=True)
class Line:
    """A stroke along one axis: at *at* on the other, from *start* to *end*. In points; y grows downwards."""

    at: float
    start: float
    end: float

    def meets(self, across: "Line") -> bool:
        return (
            across.start - SNAP_PT <= self.at <= across.end + SNAP_PT
            and self.start - SNAP_PT <= across.at <= self.end + SNAP_PT
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """The edges of one table's rows (from top to bottom) and columns (from left to right), and its strokes across."""

    ys: tuple[float, ...]
    xs: tuple[float, ...]
    across: tuple[Line, ...]

    @property
    def rows(self) -> int:
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        return len(self.xs) - 1

    def place(self, piece: Piece) -> tuple[int, int] | None:
        """Say the row and column that *piece* stands in; None outside of the grid."""
        row = _interval(self.ys, piece.middle)
        column = _interval(
            self.xs, piece.left + min(2.0, (piece.right - piece.left) / 2)
        )
        return None if row is None or column is None else (row, column)

    def blocks(self, pieces: Iterable[Piece], page: int) -> list[Block]:
        """Make the table's rows of the *pieces* that stand in it."""
        cells: dict[tuple[int, int], list[Piece]] = {}
        for piece in pieces:
            if (place := self.place(piece)) is not None:
                cells.setdefault(place, []).append(piece)
        columns = [self._column(cells, column) for column in range(len(self.xs) - 1)]
        rows = list(zip(*columns, strict=True))
        bold = [
            all(p.bold for p in found) for (row, _), found in cells.items() if not row
        ]
        rest = [all(p.bold for p in found) for (row, _), found in cells.items() if row]
        header = True if bold and all(bold) and not all(rest) else None
        return table_blocks(_without_empty_columns(rows), page=page, has_header=header)

    def _column(
        self, cells: dict[tuple[int, int], list[Piece]], column: int
    ) -> list[str]:
        """The texts of one column; a cell that no stroke parts spans rows, and stands in each of them."""
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        strokes = {
            bisect_right(self.ys, line.at) - 1
            for line in self.across
            if line.start <= middle <= line.end
        }
        texts: list[str] = []
        last = len(self.ys) - 1
        starts = [0, *(row for row in range(1, last) if row in strokes), last]
        for start, end in pairwise(starts):
            spanned = [
                p for row in range(start, end) for p in cells.get((row, column), ())
            ]
            texts += [joined(piece.text for piece in spanned)] * (end - start)
        return texts


def grids(boxes: Sequence[tuple[float, float, float, float]]) -> list[Grid]:
    """
    Find the tables among the drawn *boxes* (left, top, right, bottom).

    A table has at least two columns; a frame around a warning has one. One of a single row may be the end of a longer one.
    """
    across, down = _lines(boxes)
    if len(across) + len(down) > MAX_LINES:
        return []
    found = []
    for rows, columns in _connected(across, down):
        ys = _snapped(line.at for line in rows)
        xs = _snapped(line.at for line in columns)
        if len(xs) > 2:
            found.append(Grid(ys, xs, tuple(rows)))
    return found


def _lines(
    boxes: Iterable[tuple[float, float, float, float]],
) -> tuple[list[Line], list[Line]]:
    """Take each box apart into its sides; returns the horizontal and the vertical ones."""
    across: set[Line] = set()
    down: set[Line] = set()
    for left, top, right, bottom in boxes:
        if right - left >= MIN_LENGTH_PT:
            across |= {Line(_half(y), _half(left), _half(right)) for y in (top, bottom)}
        if bottom - top >= MIN_LENGTH_PT:
            down |= {Line(_half(x), _half(top), _half(bottom)) for x in (left, right)}
    return list(across), list(down)


def _half(length: float) -> float:
    """Round to half a point, so that strokes drawn twice are one."""
    return round(length * 2) / 2


def _connected(
    across: list[Line], down: list[Line]
) -> Iterable[tuple[list[Line], list[Line]]]:
    """Group lines that meet, each horizontal one with the verticals that it crosses."""
    left = set(range(len(across)))
    while left:
        rows = {left.pop()}
        columns: set[int] = set()
        fresh = set(rows)
        while fresh:
            met = {
                place
                for place, line in enumerate(down)
                if place not in columns
                and any(line.meets(across[row]) for row in fresh)
            }
            columns |= met
            fresh = {
                row
                for row in left
                if any(down[place].meets(across[row]) for place in met)
            }
            left -= fresh
            rows |= fresh
        yield [across[row] for row in rows], [down[place] for place in columns]


def _snapped(edges: Iterable[float]) -> tuple[float, ...]:
    ordered = sorted(edges)
    apart = [b for a, b in pairwise(ordered) if b - a > SNAP_PT]
    return (ordered[0], *apart) if ordered else ()


def _interval(edges: tuple[float, ...], at: float) -> int | None:
    place = bisect_right(edges, at) - 1
    return place if 0 <= place < len(edges) - 1 else None


def _without_empty_columns(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    used = [any(cells) for cells in zip(*rows, strict=True)]
    return [
        tuple(cell for cell, keep in zip(row, used, strict=True) if keep)
        for row in rows
    ]


def blocks_with_tables(
    pieces: Sequence[Piece], tables: Sequence[Grid], number: int, sizes: Sizes
) -> list[Block]:
    """Put each ruled table where its first piece stands in the flow of the page."""
    blocks: list[Block] = []
    flow: list[Piece] = []
    seen: set[int] = set()
    for piece in pieces:
        table = next((t for t in tables if t.place(piece) is not None), None)
        if table is None:
            flow.append(piece)
        elif id(table) not in seen:
            seen.add(id(table))
            blocks += page_blocks(flow, number, sizes)
            blocks += table.blocks(pieces, number)
            flow = []
    return blocks + page_blocks(flow, number, sizes)
