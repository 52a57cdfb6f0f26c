"""Pieces of text with their places on a page, put together to lines, table rows, paragraphs and headings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.reading.blocks import Block, joined, table_blocks
from knowledge.reading.headings import ITEM, MAX_HEADING_CHARS, SAME_SIZE_RATIO, Sizes
from knowledge.reading.listed import listed
from knowledge.reading.pieces import Cell, Piece, Row
from knowledge.words.codes import opening_codes

SAME_COLUMN_PT = 3.0
"""Cells whose left edges differ by less stand in one column."""
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
            blocks += _aligned_table(run, page)
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
    return not tabular or _same_columns(run, row)


def _same_columns(run: list[Row], row: Row) -> bool:
    if len(run) == 1 and _are_titles(run[0], row):
        return True
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


def _in_line(above: Row, row: Row) -> bool:
    """Whether the cells of both stand below each other, however they are aligned; of two cells alone it may be chance."""
    return len(above.cells) == len(row.cells) > 2 and all(
        max(one.right, other.right) < min(next_one.left, next_other.left)
        for (one, next_one), (other, next_other) in zip(
            pairwise(above.cells), pairwise(row.cells), strict=True
        )
    )


def _aligned_table(run: list[Row], page: int) -> list[Block]:
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
        is_title = len(columns) > 1 and {0} in (last.keys(), column.keys())
        if last.keys().isdisjoint(column) and (is_title or _overlap(last, column)):
            last |= column
        else:
            columns.append(column)
    return columns


def _overlap(column: dict[int, Cell], right: dict[int, Cell]) -> bool:
    reach = max(cell.right for cell in column.values())
    return min(cell.left for cell in right.values()) < reach


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
