"""Pieces of a page that nobody drew in order: columns of prose one after the other, tables row by row."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import floor
from statistics import quantiles
from typing import NamedTuple

from knowledge.reading.listed import opens_entry
from knowledge.reading.pieces import Piece

GUTTER_EM = 0.9
MIN_LINES = 4
"""Of each of two columns; what has less is read across."""
ALMOST = 0.8
"""One line that was read across a gutter hides a table from it, but not from its other gutters."""
MAX_TRIED = 20
MIN_COLUMN_EM = 10
"""No prose is narrower: a line of codes that is shorter than this was not wrapped."""
PARAGRAPH_GAP = 1.2
"""Of the usual way from line to line; a wider one begins a paragraph, or a cell."""
TABLE_SHARE = 0.8
"""Of a column's paragraphs, that begin beside one of the next column, in a table; in prose it is chance."""


class Span(NamedTuple):
    """Of the pieces of a page, from *start* to *end*: a gutter at *x* goes through, with so many *lines* on both sides."""

    lines: int
    x: int
    start: int
    end: int


class Band(NamedTuple):
    """A part of a page with a gutter through it, and what is above and below it."""

    above: list[Piece]
    left: list[Piece]
    right: list[Piece]
    below: list[Piece]

    @property
    def columns(self) -> list[list[Piece]]:
        """What gutters through the whole of it part; each column is its lines from top to bottom."""
        columns: list[list[Piece]] = []
        edge = float("-inf")
        for piece in sorted((*self.left, *self.right), key=lambda piece: piece.left):
            if piece.left > edge + GUTTER_EM * piece.size:
                columns.append([])
            columns[-1].append(piece)
            edge = max(edge, piece.right)
        return [[_whole(row) for row in _rows(column)] for column in columns]


def reading_order(pieces: Sequence[Piece], *, prose: bool = False) -> list[Piece]:
    """
    Put the *pieces* of an upright page in order.

    Where a gutter parts the page, both sides are columns of prose unless their paragraphs begin side by side: then they
    are cells of a table, or codes with what they mean beside them. What stands across a gutter parts the page
    in an upper and a lower piece. In a column of *prose* a wide blank is one of a justified line.
    """
    bands = _widest_bands(pieces)
    if not bands:
        rows = _rows(pieces)
        if prose:
            return [_whole(row) for row in rows]
        return [piece for row in rows for piece in row]
    band = next((band for band in bands if _is_table(band.columns)), None)
    if band:
        between = _row_by_row(band.columns)
    else:
        band = bands[0]
        sides = (reading_order(side, prose=True) for side in (band.left, band.right))
        between = [piece for side in sides for piece in side]
    return [
        *reading_order(band.above, prose=prose),
        *between,
        *reading_order(band.below, prose=prose),
    ]


def _widest_bands(pieces: Sequence[Piece]) -> list[Band]:
    """The band with most lines on both sides of its gutter, and those that have almost as many."""
    ordered = sorted(pieces, key=lambda piece: piece.middle)
    gutters = sorted({floor(piece.left) for piece in pieces})
    spans = [span for x in gutters for span in _spans(ordered, x)]
    most = max((span.lines for span in spans), default=0)
    least = max(MIN_LINES, ALMOST * most)
    wide = sorted((s for s in spans if s.lines >= least), key=lambda span: -span.lines)
    return [
        Band(
            ordered[: span.start],
            [piece for piece in ordered[span.start : span.end] if piece.left < span.x],
            [piece for piece in ordered[span.start : span.end] if piece.left >= span.x],
            ordered[span.end :],
        )
        for span in wide[:MAX_TRIED]
    ]


def _spans(ordered: Sequence[Piece], x: int) -> Iterator[Span]:
    """What a gutter that ends at *x* parts, from one piece that stands across it to the next."""
    start = left = right = 0
    for place, piece in enumerate(ordered):
        if piece.left >= x:
            right += 1
        elif piece.right <= x - GUTTER_EM * piece.size:
            left += 1
        else:
            yield Span(min(left, right), x, start, place)
            start, left, right = place + 1, 0, 0
    yield Span(min(left, right), x, start, len(ordered))


def _is_table(columns: Sequence[Sequence[Piece]]) -> bool:
    """Whether one of *columns* is too narrow for prose, or two have paragraphs that begin side by side, and are no lists."""
    long = [column for column in columns if len(column) >= MIN_LINES]
    if any(_width(column) < MIN_COLUMN_EM * column[0].size for column in long):
        return True
    usual = _line_way(columns)
    starts = [_starts(column, usual) for column in long]
    if all(map(_is_list, starts)):
        return False
    return any(
        max(_share_beside(ours, theirs), _share_beside(theirs, ours)) >= TABLE_SHARE
        for ours, theirs in pairwise(starts)
    )


def _is_list(starts: Sequence[Piece]) -> bool:
    """Whether a column is a list of items or codes of its own."""
    opening = sum(opens_entry(start.text) for start in starts)
    return opening >= TABLE_SHARE * len(starts)


def _width(column: Sequence[Piece]) -> float:
    return max(piece.right for piece in column) - min(piece.left for piece in column)


def _row_by_row(columns: Sequence[Sequence[Piece]]) -> list[Piece]:
    """
    Cell by cell; a row begins where its first cell does.

    A line of the first column is a beginning beside the beginning of another's, or where it looks like one and has
    nothing beside it or a digit: two codes in one cell are worse than a cell in two.
    """
    first, *others = columns
    lines = [piece for column in others for piece in column]
    usual = _line_way(columns)
    starts = [piece for column in others for piece in _starts(column, usual)]
    looks = _starts(first, usual)
    heads = [
        piece
        for piece in first
        if _beside(piece, starts)
        or (piece in looks and not _beside(piece, lines))
        or (piece in looks and any(map(str.isdigit, piece.text)))
    ]
    tops = [head.middle - 0.5 * head.size for head in heads] + [float("inf")]
    rows = pairwise([float("-inf"), *tops])
    return [
        piece
        for top, end in rows
        for column in columns
        for piece in column
        if top <= piece.middle < end
    ]


def _ways(column: Sequence[Piece]) -> list[float]:
    return [below.middle - line.middle for line, below in pairwise(column)]


def _line_way(columns: Sequence[Sequence[Piece]]) -> float:
    """The usual way from one line to the next: of a table's, most may be from row to row."""
    ways = [way for column in columns for way in _ways(column)]
    return quantiles(ways, n=5)[0] if len(ways) > 1 else float("inf")


def _starts(column: Sequence[Piece], usual: float) -> list[Piece]:
    """The first lines of a column's paragraphs."""
    left = min(piece.left for piece in column)
    width = max(_width(column), MIN_COLUMN_EM * column[0].size)
    return [
        column[0],
        *(
            below
            for (line, below), way in zip(pairwise(column), _ways(column), strict=True)
            if way > PARAGRAPH_GAP * usual or _had_room(line, below, left + width)
        ),
    ]


def _had_room(line: Piece, below: Piece, edge: float) -> bool:
    """Whether the first word of the line *below* had room at the end of *line*, so that nobody wrapped it."""
    first = len(below.text.split()[0]) / len(below.text) * (below.right - below.left)
    return edge - line.right > first + line.size


def _share_beside(starts: Sequence[Piece], others: Sequence[Piece]) -> float:
    """The share of *starts* beside one of *others*; the first lines of both say nothing, columns begin so too."""
    beside = [_beside(start, others[1:]) for start in starts[1:]]
    return sum(beside) / len(beside) if beside else 0.0


def _beside(piece: Piece, others: Iterable[Piece]) -> bool:
    return any(abs(piece.middle - other.middle) < 0.5 * piece.size for other in others)


def _rows(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """What stands on one line, from left to right; the lines from top to bottom."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        if rows and piece.middle - rows[-1][0].middle < 0.5 * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _whole(row: Sequence[Piece]) -> Piece:
    return Piece(
        " ".join(piece.text for piece in row),
        row[0].left,
        min(piece.top for piece in row),
        row[-1].right,
        max(piece.bottom for piece in row),
        row[0].size,
    )
