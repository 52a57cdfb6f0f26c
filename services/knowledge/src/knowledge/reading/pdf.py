"""PDF by pdfium (docs/decisions/0301): text with its places, tables, headings, without running heads."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it has no types
from pypdfium2 import raw

from knowledge.reading.blocks import Block, Unreadable, joined
from knowledge.reading.headings import Sizes
from knowledge.reading.letters import text_pieces
from knowledge.reading.pieces import Piece
from knowledge.reading.refusals import LOCKED, damaged
from knowledge.reading.ruled import blocks_with_tables, grids
from knowledge.reading.running import in_margin, running_heads, signatures
from knowledge.reading.scans import Scanner
from knowledge.reading.turned import Box, View

MIN_TEXT_CHARS = 16
"""A page with less text is looked at as a picture."""
SCAN_SHARE = 0.5
"""Of a page, that a scan covers at least; beside text in the margins a smaller picture is a logo."""
SAMPLED_PAGES = 60


class PDF:
    """
    One open PDF.

    ``damaged`` counts the pages that were skipped because nothing can be made of them.

    Raises:
        Unreadable: It is encrypted, or no PDF.
    """

    def __init__(self, path: Path, scanner: Scanner) -> None:
        try:
            self._pdf = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise Unreadable(LOCKED) from error
            raise damaged("The PDF", error) from error
        self._scanner = scanner
        self.pages = len(self._pdf)
        self.damaged = 0
        self.title = self._title()

    def _title(self) -> str:
        try:
            return str(self._pdf.get_metadata_value("Title") or "").strip()
        except (
            UnicodeDecodeError
        ):  # half a surrogate: the name of the file does as well
            return ""

    def blocks(self) -> Iterator[tuple[int, list[Block]]]:
        """Yield each page's number, from 1, and its blocks."""
        sample = list(self._sample())
        sizes = Sizes.of((p.text, p.size) for _, pieces, _ in sample for p in pieces)
        running = running_heads(sample, sizes.body)
        carried: tuple[str, ...] = ()
        held: list[Block] = []
        for number in range(1, self.pages + 1):
            pieces, boxes, height, scanned = self._page(number)
            tables = [
                table
                for table in grids(boxes)
                if table.rows > 1
                or table.columns == len(carried)  # the last of its rows
            ]
            kept = [
                piece
                for piece in pieces
                if running.isdisjoint(signatures(piece, height, sizes.body, number))
                or any(table.place(piece) for table in tables)
            ]
            # How large a scan's letters are says nothing: no line of it is a heading.
            usual = Sizes() if scanned else sizes
            blocks = blocks_with_tables(kept, tables, number, usual)
            blocks = [_with_carried_header(block, carried) for block in blocks]
            carried = blocks[-1].header if blocks else ()
            blocks = _one_row(held, blocks)
            held = []
            if number < self.pages and blocks and blocks[-1].kind == "row":
                held = [blocks.pop()]  # the next page may have the rest of it
            yield number, blocks

    def _page(self, number: int) -> tuple[list[Piece], list[Box], float, bool]:
        """Its text, the strokes on it, its height, and whether it was read as a picture."""
        page = self._opened(number)
        if page is None:
            self.damaged += 1
            return [], [], 0.0, False
        view = View.of(page)
        try:
            pieces = text_pieces(page, view)
            if _is_picture(page, pieces, view):
                seen, strokes = self._scanner.page(page, number)
                return seen or pieces, strokes, view.height, bool(seen)
            return pieces, _boxes(page, view), view.height, False
        finally:
            page.close()

    def _sample(self) -> Iterator[tuple[int, list[Piece], float]]:
        for index in range(0, self.pages, max(1, self.pages // SAMPLED_PAGES)):
            if (page := self._opened(index + 1)) is None:
                continue
            view = View.of(page)
            yield index + 1, text_pieces(page, view), view.height
            page.close()

    def _opened(self, number: int) -> pypdfium2.PdfPage | None:
        """None where the page is damaged; the others may be read nevertheless."""
        try:
            return self._pdf[number - 1]
        except pypdfium2.PdfiumError:
            return None


def _boxes(page: pypdfium2.PdfPage, view: View) -> list[Box]:
    found = []
    for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, top, right, bottom = box = view.box(drawn.get_bounds())
        if right - left < 0.98 * view.width or bottom - top < 0.9 * view.height:
            found.append(box)
    return found


def _is_picture(page: pypdfium2.PdfPage, pieces: Sequence[Piece], view: View) -> bool:
    """Whether the page is one: without text, or with no more than a stamp in the margin of a scan."""
    in_body = sum(len(p.text) for p in pieces if not in_margin(p, view.height))
    if in_body >= MIN_TEXT_CHARS:
        return False
    least = SCAN_SHARE if sum(len(p.text) for p in pieces) >= MIN_TEXT_CHARS else 0
    pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)
    return any(
        _size(picture) >= least * view.width * view.height for picture in pictures
    )


def _size(picture: pypdfium2.PdfObject) -> float:
    left, bottom, right, top = picture.get_bounds()
    return float((right - left) * (top - bottom))


def _with_carried_header(block: Block, header: tuple[str, ...]) -> Block:
    """A table that goes on from the page before keeps its header."""
    if block.kind != "row" or block.header or len(block.cells) != len(header):
        return block
    return Block("row", page=block.page, header=header, cells=block.cells)


def _one_row(held: list[Block], blocks: list[Block]) -> list[Block]:
    """Join the last row of a page, where there is one, to the rest of it on the next: a row without a first cell."""
    if not (held and blocks):
        return held + blocks
    row, rest = held[0], blocks[0]
    alike = (len(rest.cells), rest.header) == (len(row.cells), row.header)
    if rest.kind != "row" or not alike or rest.cells[0]:
        return held + blocks
    parts = zip(row.cells, rest.cells, strict=True)
    whole = tuple(joined(filter(None, cell)) for cell in parts)
    return [replace(row, cells=whole), *blocks[1:]]
