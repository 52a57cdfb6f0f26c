"""PDF by pdfium (docs/decisions/0301): text with its places, tables, headings, without running heads."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import pypdfium2  # type: ignore[import-untyped]  # it has no types
from pypdfium2 import raw

from knowledge.reading.blocks import Block, Unreadable
from knowledge.reading.layout import HEADING_RATIO, Piece, page_blocks
from knowledge.reading.ruled import Grid, grids
from knowledge.reading.scans import Scanner

MIN_TEXT_CHARS = 16
"""A page with less text is looked at as a picture."""
SAMPLED_PAGES = 60
MARGIN_SHARE = 0.1
"""Running heads and page numbers stand in the outer tenth of the page."""

MAX_PAGE_DIGITS = 9
MAX_UNNUMBERED = 60
"""So many pages at most come before the one that is numbered 1."""
MAX_AHEAD = 10
"""A number beside words that is further ahead of its page is none of a page: codes grow with the pages too."""

_DIGITS = re.compile(r"\d+")
_PAGE_WORD = re.compile(r"\b(?:pages?|p|seite|sur|of|von)\b", re.IGNORECASE)


class PDF:
    """
    One open PDF.

    Raises:
        Unreadable: It is encrypted, or no PDF.
    """

    def __init__(self, path: Path, scanner: Scanner) -> None:
        try:
            self._pdf = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise Unreadable(
                    "The PDF asks for a password; send it without one."
                ) from error
            raise Unreadable(f"The PDF is damaged: {error}") from error
        self._scanner = scanner
        self.pages = len(self._pdf)
        self.title = str(self._pdf.get_metadata_value("Title") or "").strip()

    def blocks(self) -> Iterator[tuple[int, list[Block]]]:
        """Yield each page's number, from 1, and its blocks."""
        body_size = self._body_size()
        running = self._running_heads(body_size)
        carried: tuple[str, ...] = ()
        for number in range(1, self.pages + 1):
            pieces, boxes, height = self._page(number)
            tables = grids(boxes)
            kept = [
                piece
                for piece in pieces
                if running.isdisjoint(_signatures(piece, height, body_size, number))
                or any(table.place(piece) for table in tables)
            ]
            blocks = _page_blocks(kept, tables, number, body_size)
            blocks = [_with_carried_header(block, carried) for block in blocks]
            carried = blocks[-1].header if blocks else ()
            yield number, blocks

    def _page(
        self, number: int
    ) -> tuple[list[Piece], list[tuple[float, float, float, float]], float]:
        page = self._pdf[number - 1]
        width, height = page.get_size()
        try:
            pieces = _pieces(page, height)
            if sum(len(piece.text) for piece in pieces) >= MIN_TEXT_CHARS:
                return pieces, _boxes(page, width, height), height
            if not _has_picture(page):
                return pieces, [], height
            return self._scanner.page(page, number), [], height
        finally:
            page.close()

    def _sample(self) -> Iterator[tuple[int, list[Piece], float]]:
        for index in range(0, self.pages, max(1, self.pages // SAMPLED_PAGES)):
            page = self._pdf[index]
            height = page.get_size()[1]
            yield index + 1, _pieces(page, height), height
            page.close()

    def _body_size(self) -> float:
        """The usual size of text, in points."""
        sizes = [
            piece.size
            for _, pieces, _ in self._sample()
            for piece in pieces
            for _ in range(len(piece.text) // 10)
        ]
        return median(sizes) if sizes else 10.0

    def _running_heads(self, body_size: float) -> frozenset[str]:
        """What repeats in the margins."""
        seen: Counter[str] = Counter()
        pages = 0
        for number, pieces, height in self._sample():
            pages += 1
            seen.update(
                {
                    signature
                    for piece in pieces
                    for signature in _signatures(piece, height, body_size, number)
                }
            )
        often = max(2, pages * 0.3)
        return frozenset(text for text, count in seen.items() if count >= often)


def _pieces(page: pypdfium2.PdfPage, height: float) -> list[Piece]:
    text = page.get_textpage()
    try:
        return [
            piece
            for place in range(text.count_rects())
            if (piece := _piece(text, text.get_rect(place), height)).text.strip()
        ]
    finally:
        text.close()


def _piece(
    text: pypdfium2.PdfTextPage, rect: tuple[float, float, float, float], height: float
) -> Piece:
    left, bottom, right, top = rect
    size, bold = _font(text, left, (top + bottom) / 2, top - bottom)
    words = (
        text.get_text_bounded(left, bottom, right, top)
        .replace("\ufffe", "-")
        .replace("\u00ad", "-")
    )
    return Piece(words, left, height - top, right, height - bottom, size, bold)


def _font(
    text: pypdfium2.PdfTextPage, left: float, middle: float, rect_height: float
) -> tuple[float, bool]:
    """Return the font's height on the page in points, and whether it is bold."""
    index = text.get_index(left + 0.5, middle, 3, rect_height)
    if index is None or index < 0:
        return rect_height, False
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, index, box)
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(text, index, name, len(name), flags)
    weight = raw.FPDFText_GetFontWeight(text, index)
    bold = b"bold" in name.value.lower() or weight >= 600
    return abs(box.top - box.bottom) / 1.15 or rect_height, bold


def _boxes(
    page: pypdfium2.PdfPage, width: float, height: float
) -> list[tuple[float, float, float, float]]:
    found = []
    for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = drawn.get_bounds()
        if right - left < 0.98 * width or top - bottom < 0.9 * height:
            found.append((left, height - top, right, height - bottom))
    return found


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    return any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4))


def _signatures(
    piece: Piece, height: float, body_size: float, page: int
) -> Iterator[str]:
    """
    What a running head may have in common on all pages; nothing of what stands in the body of the page.

    One of its numbers may grow with the pages, all others are the same: "Erreur 101" may head a page of its own, as
    the first line below the margin, and 102 the next. "3-12" counts the pages of a chapter. In large letters all
    numbers are the same.
    """
    margin = MARGIN_SHARE * height
    if margin < piece.middle < height - margin:
        return
    text = piece.text.strip()
    yield f"{round(piece.top)} {text}"
    if piece.size >= HEADING_RATIO * body_size:
        return
    only_numbers = not any(map(str.isalpha, _PAGE_WORD.sub("", text)))
    for found in _DIGITS.finditer(text):
        ahead = int(found[0][:MAX_PAGE_DIGITS]) - page
        if only_numbers or -MAX_UNNUMBERED <= ahead <= MAX_AHEAD:
            yield (
                f"{round(piece.top)} {text[: found.start()]}#{ahead}{text[found.end() :]}"
            )
    if only_numbers and len(_DIGITS.findall(text)) > 1:
        yield f"{round(piece.top)} {_DIGITS.sub('#', text)}"


def _page_blocks(
    pieces: Sequence[Piece], tables: Sequence[Grid], number: int, body_size: float
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
            blocks += page_blocks(flow, number, body_size)
            blocks += table.blocks(pieces, number)
            flow = []
    return blocks + page_blocks(flow, number, body_size)


def _with_carried_header(block: Block, header: tuple[str, ...]) -> Block:
    """A table that goes on from the page before keeps its header."""
    if block.kind != "row" or block.header or len(block.cells) != len(header):
        return block
    return Block("row", page=block.page, header=header, cells=block.cells)
