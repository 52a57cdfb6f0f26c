"""Documents that have pages, as lines of JSON, page by page."""

from collections.abc import Iterator
from pathlib import Path

from knowledge.reading.blocks import Unreadable
from knowledge.reading.formats import Format
from knowledge.reading.headings import Sizes
from knowledge.reading.lines import block_line, line
from knowledge.reading.pdf import PDF
from knowledge.reading.pictures import Picture
from knowledge.reading.refusals import require_pages
from knowledge.reading.ruled import blocks_with_tables, grids
from knowledge.reading.scans import DPI, MISSING, Scanner

NAMED_PAGES = 20


def paged_lines(path: Path, kind: Format, max_pages: int) -> Iterator[str]:
    """
    Read a PDF or pictures.

    Raises:
        Unreadable: It has too many pages, or none that can be read.
    """
    if kind is Format.PDF:
        return _pdf(path, max_pages)
    return _pictures(path, kind, max_pages)


def _pdf(path: Path, max_pages: int) -> Iterator[str]:
    scanner = Scanner()
    pdf = PDF(path, scanner)
    require_pages(pdf.pages, max_pages)
    yield line(format=Format.PDF, pages=pdf.pages, title=pdf.title)
    for number, blocks in pdf.blocks():
        yield from map(block_line, blocks)
        yield line(page=number)
    yield from _notes(pdf.pages, pdf.damaged, scanner)


def _pictures(path: Path, kind: Format, max_pages: int) -> Iterator[str]:
    scanner, picture = Scanner(), Picture(path)
    require_pages(picture.pages, max_pages)
    yield line(format=kind, pages=picture.pages, title="")
    for number, page in enumerate(picture, start=1):
        pieces, strokes = scanner.picture(page, number)
        tables = [table for table in grids(strokes) if table.rows > 1]
        blocks = blocks_with_tables(pieces, tables, number, Sizes())
        yield from map(block_line, blocks)
        yield line(page=number)
    yield from _notes(picture.pages, 0, scanner)


def _notes(pages: int, damaged: int, scanner: Scanner) -> Iterator[str]:
    """Say which of the *pages* were not read."""
    unread, given_up = scanner.unread, scanner.given_up
    nothing = damaged + unread + len(given_up) == pages
    again = "send it again" if nothing else "delete the document and send it again"
    notes = []
    if damaged:
        notes.append(
            f"{damaged} of {pages} pages are damaged; save the PDF anew and send that."
        )
    if unread:
        notes.append(
            f"{unread} of {pages} pages are pictures. {MISSING}, then {again}."
        )
    if given_up:
        named = ", ".join(map(str, given_up[:NAMED_PAGES]))
        more = ", …" if len(given_up) > NAMED_PAGES else ""
        notes.append(
            f"Tesseract cannot read {len(given_up)} of {pages} pages ({named}{more}):"
            f" {scanner.why}. Scan them anew at {DPI} dpi, or leave them out; where the machine was too busy, {again}."
        )
    if nothing:
        raise Unreadable(" ".join(notes))
    yield from (line(note=note) for note in notes)
