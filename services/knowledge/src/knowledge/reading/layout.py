"""Pieces of text with their places on a page, put together to lines, table rows, paragraphs and headings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from knowledge.reading.blocks import Block, joined
from knowledge.reading.headings import ITEM, MAX_HEADING_CHARS, SAME_SIZE_RATIO, Sizes
from knowledge.reading.listed import listed
from knowledge.reading.pieces import Cell, Piece, Row
from knowledge.reading.unruled import SAME_COLUMN_PT, same_columns, unruled_table
from knowledge.words.codes import opening_codes

CELL_GAP_EM = 0.9
"""Pieces on one line with a wider gap are two cells; the space between words is about 0.3 em."""
LINE_GAP_EM = 1.45
"""Lines with a wider gap are two paragraphs."""
MAX_FIRST_CELL_LINES = 4
MAX_LINES = 2
"""Of a heading, as long as the longest of one line."""
HEADING_GAP_EM = 0.9
"""Lines of one heading are nearer to each other than two headings are."""


def page_blocks(pieces: Sequence[Piece], page: int, sizes: Sizes) -> list[Block]:
    """
    Turn the pieces of one page, in the order in which they were drawn, into blocks.

    Args:
        pieces: Without those of ruled tables and of running heads.
        page: Counted from 1.
        sizes: Of the document's text and headings.
    """
    blocks: list[Block] = []
    for run in _runs(_rows(pieces)):
        if len(run) > 1 and all(len(row.cells) > 1 for row in run):
            blocks += unruled_table(run, page)
        else:
            blocks += _prose(run, page, sizes)
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
    return not tabular or same_columns(run, row)


def _prose(run: list[Row], page: int, sizes: Sizes) -> list[Block]:
    blocks: list[Block] = []
    paragraph: list[Row] = []
    heading: list[Row] = []
    for place, row in enumerate(run):
        level = 0 if _is_step(run, place) else _level(row, sizes)
        if heading and level and _goes_on(heading, row):
            heading.append(row)
            blocks[-1] = replace(blocks[-1], text=joined(one.text for one in heading))
            continue
        heading = [row] if level else []
        if paragraph and (level or _parts(paragraph[-1], row)):
            blocks += _texts(paragraph, page)
            paragraph = []
        if level:
            blocks.append(Block("heading", row.text, page, level))
        else:
            paragraph.append(row)
    if paragraph:
        blocks += _texts(paragraph, page)
    return blocks


def _level(row: Row, sizes: Sizes) -> int:
    return sizes.level(row.text, row.first.size, bold=row.bold)


def _is_step(run: list[Row], place: int) -> bool:
    """Whether the row is one of several numbered steps in bold letters: a heading is followed by something else."""
    beside = run[max(0, place - 1) : place + 2]
    steps = [row for row in beside if row.bold and ITEM.match(row.text)]
    return len(steps) > 1 and run[place] in steps


def _goes_on(heading: list[Row], row: Row) -> bool:
    """Whether *row* is the next line of a heading that is too long for one."""
    last = heading[-1]
    sizes = sorted((last.first.size, row.first.size))
    text = " ".join(one.text for one in (*heading, row))
    return (
        sizes[1] < SAME_SIZE_RATIO * sizes[0]
        and last.bold == row.bold
        and -last.first.size
        < row.first.top - last.bottom
        < HEADING_GAP_EM * last.first.size
        and not any(map(opening_codes, (heading[0].text, row.text)))
        and not row.text[:1].isdigit()
        and len(text) <= MAX_LINES * MAX_HEADING_CHARS
    )


def _parts(before: Row, row: Row) -> bool:
    gap = row.first.top - before.bottom
    line = max(row.first.size, before.first.size)
    jumped = gap < -line or gap > (LINE_GAP_EM - 1) * line + 2
    return jumped or bool(ITEM.match(row.texts[0]))


def _texts(rows: list[Row], page: int) -> list[Block]:
    lines = [row.text for row in rows]
    return [Block("text", joined(text), page) for text in listed(lines)]
