"""Pieces of text with their places on a page, put together to lines, table rows, paragraphs and headings."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.reading.blocks import Block, joined, table_blocks
from knowledge.reading.listed import listed

SAME_COLUMN_PT = 3.0
"""Cells whose left edges differ by less stand in one column."""
CELL_GAP_EM = 0.9
"""Pieces on one line with a wider gap are two cells; the space between words is about 0.3 em."""
LINE_GAP_EM = 1.45
"""Lines with a wider gap are two paragraphs."""
MAX_FIRST_CELL_LINES = 4
HEADING_RATIO = 1.12
"""A line that is so much larger than the page's body is a heading."""
MAX_HEADING_CHARS = 120

_ITEM = re.compile(r"^(?:[-•▪–*·]|\d{1,2}[.)]|[a-z][.)])\s+")
_SENTENCE_END = re.compile(r"[.;:!?]$")
_NUMBERED_HEADING = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+[A-ZÀ-Ý]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in one font on one line. Lengths in points, *top* grows downwards from the page's top."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool = False

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Cell:
    pieces: list[Piece]

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def text(self) -> str:
        return joined(piece.text for piece in self.pieces)


@dataclass(slots=True)
class Row:
    """What stands side by side: one cell is a line of prose, several are a row of a table."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def first(self) -> Piece:
        return self.cells[0].pieces[0]

    @property
    def last(self) -> Piece:
        return self.cells[-1].pieces[-1]

    @property
    def bottom(self) -> float:
        return max(piece.bottom for cell in self.cells for piece in cell.pieces)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(cell.text for cell in self.cells)

    @property
    def bold(self) -> bool:
        return all(piece.bold for cell in self.cells for piece in cell.pieces)


def page_blocks(pieces: Sequence[Piece], page: int, body_size: float) -> list[Block]:
    """
    Turn the pieces of one page, in the order in which they were drawn, into blocks.

    Args:
        pieces: Without those of ruled tables and of running heads.
        page: Counted from 1.
        body_size: The document's usual size of text; what is larger is a heading.
    """
    blocks: list[Block] = []
    for run in _runs(_rows(pieces)):
        if len(run) > 1 and all(len(row.cells) > 1 for row in run):
            blocks += _aligned_table(run, page)
        else:
            blocks += _prose(run, page, body_size)
    return blocks


def _rows(pieces: Iterable[Piece]) -> list[Row]:
    rows: list[Row] = []
    for piece in pieces:
        if not piece.text.strip() or (rows and _joins(rows[-1], piece)):
            continue
        if lines := _lines_beside(rows, piece):
            first = Cell([p for row in rows[-lines:] for p in row.cells[0].pieces])
            rows[-lines:] = [Row([first, Cell([piece])])]
        else:
            rows.append(Row([Cell([piece])]))
    return rows


def _lines_beside(rows: list[Row], piece: Piece) -> int:
    """
    How many of the last rows are one cell of several lines, with *piece* to the right of its first line.

    0 when they are not. A cell of more lines is taken for a column of prose.
    """
    for lines, row in enumerate(reversed(rows[-MAX_FIRST_CELL_LINES:]), start=1):
        if (
            len(row.cells) > 1
            or abs(row.first.left - rows[-1].first.left) >= SAME_COLUMN_PT
        ):
            return 0
        if piece.left - row.last.right < CELL_GAP_EM * piece.size:
            return 0
        if abs(row.first.middle - piece.middle) < 0.5 * piece.size:
            return lines
    return 0


def _joins(row: Row, piece: Piece) -> bool:
    """Add *piece* to *row* where it belongs to it, as a cell or as more of one."""
    last = row.last
    on_first_line = abs(piece.middle - row.first.middle) < 0.5 * max(piece.size, 1)
    on_last_line = abs(piece.middle - last.middle) < 0.5 * max(piece.size, 1)
    if (
        on_last_line
        and -0.5 * piece.size < piece.left - last.right < CELL_GAP_EM * piece.size
    ):
        row.cells[-1].pieces.append(piece)
        return True
    if on_first_line and piece.left > row.cells[-1].left + SAME_COLUMN_PT:
        row.cells.append(Cell([piece]))
        return True
    if piece.top > row.first.top and piece.top - row.bottom < piece.size:
        for cell in row.cells[1:]:
            if abs(cell.left - piece.left) < SAME_COLUMN_PT:
                cell.pieces.append(piece)
                return True
    return False


def _runs(rows: list[Row]) -> Iterator[list[Row]]:
    """Part *rows* into tables and prose."""
    run: list[Row] = []
    for row in rows:
        if run and not _continues(run, row):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _continues(run: list[Row], row: Row) -> bool:
    tabular = len(row.cells) > 1
    if tabular != (len(run[-1].cells) > 1):
        return False
    return not tabular or _same_columns(run, row)


def _same_columns(run: list[Row], row: Row) -> bool:
    lefts = [cell.left for known in run for cell in known.cells]
    placed = [
        any(abs(cell.left - left) < SAME_COLUMN_PT for left in lefts)
        for cell in row.cells
    ]
    return placed[0] and sum(placed) > 1


def _aligned_table(run: list[Row], page: int) -> list[Block]:
    columns: list[float] = []
    for left in sorted(cell.left for row in run for cell in row.cells):
        if not columns or left - columns[-1] >= SAME_COLUMN_PT:
            columns.append(left)
    rows = []
    for row in run:
        cells = [""] * len(columns)
        for cell in row.cells:
            nearest = min(
                range(len(columns)), key=lambda c: abs(columns[c] - cell.left)
            )
            cells[nearest] = cell.text
        rows.append(tuple(cells))
    header = True if run[0].bold and not run[-1].bold else None
    return table_blocks(rows, page=page, has_header=header)


def _prose(run: list[Row], page: int, body_size: float) -> list[Block]:
    blocks: list[Block] = []
    paragraph: list[Row] = []
    for row in run:
        level = _heading_level(row, body_size)
        if paragraph and (level or _parts(paragraph[-1], row)):
            blocks += _texts(paragraph, page)
            paragraph = []
        if level:
            blocks.append(Block("heading", " ".join(row.texts), page, level))
        else:
            paragraph.append(row)
    if paragraph:
        blocks += _texts(paragraph, page)
    return blocks


def _heading_level(row: Row, body_size: float) -> int:
    """1 to 6 for a heading, 0 for none: by its number where it has one, else by its size."""
    text = " ".join(row.texts)
    large = row.first.size > HEADING_RATIO * body_size
    if len(row.cells) > 1 and not (large or row.bold):
        return 0
    if not (large or row.bold) or len(text) > MAX_HEADING_CHARS:
        return 0
    if _ITEM.match(text) and not large:
        return 0
    if numbered := _NUMBERED_HEADING.match(text):
        return min(6, numbered.group(1).count(".") + 1)
    if not large:
        return 0 if _SENTENCE_END.search(text) else 5
    return 1 if row.first.size > 1.5 * body_size else 3


def _parts(before: Row, row: Row) -> bool:
    gap = row.first.top - before.bottom
    line = max(row.first.size, before.first.size)
    jumped = gap < -line or gap > (LINE_GAP_EM - 1) * line + 2
    return jumped or bool(_ITEM.match(row.texts[0]))


def _texts(rows: list[Row], page: int) -> list[Block]:
    lines = [" ".join(row.texts) for row in rows]
    return [Block("text", joined(text), page) for text in listed(lines)]
