"""
``python -m knowledge.reading FILE NAME MEDIA_TYPE MAX_PAGES MEMORY_BYTES CPU_S PARENT``: read one document, apart.

Writes lines of JSON: ``{"format", "pages", "title"}`` first, then each block as ``{"block": …}``, ``{"page": n}``
after each page of a PDF or a picture, and ``{"note": …}``, ``{"unreadable": …}`` or ``{"crash": …}``. What breaks here breaks nothing else.
"""

import json
import os
import resource
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from knowledge.parent import end_with_parent
from knowledge.reading.blocks import Block, Unreadable
from knowledge.reading.formats import PICTURES, Format, format_of


def read(path: Path, name: str, media_type: str, max_pages: int) -> Iterator[str]:
    """Read the document at *path*, as lines of JSON."""
    kind = format_of(path, name=name, media_type=media_type)
    if kind is Format.PDF:
        yield from _read_pdf(path, max_pages)
        return
    if kind in PICTURES:
        yield from _read_pictures(path, kind, max_pages)
        return
    blocks = _blocks(kind, path)
    pages = max((block.page or 1 for block in blocks), default=1)
    if pages > max_pages:
        raise Unreadable(
            f"The document has {pages} pages; {max_pages} are read at most."
        )
    yield _line(format=kind, pages=pages, title=_first_heading(blocks))
    yield from map(_block, blocks)


def _read_pdf(path: Path, max_pages: int) -> Iterator[str]:
    from knowledge.reading.pdf import PDF  # noqa: PLC0415
    from knowledge.reading.scans import MISSING, Scanner  # noqa: PLC0415

    scanner = Scanner()
    pdf = PDF(path, scanner)
    if pdf.pages > max_pages:
        raise Unreadable(
            f"The PDF has {pdf.pages} pages; {max_pages} are read at most."
        )
    yield _line(format=Format.PDF, pages=pdf.pages, title=pdf.title)
    for number, blocks in pdf.blocks():
        yield from (_block(block) for block in blocks)
        yield _line(page=number)
    if scanner.unread == pdf.pages:
        raise Unreadable(
            f"All pages are pictures. {MISSING}, then send the document again."
        )
    if scanner.unread:
        yield _line(
            note=f"{scanner.unread} of {pdf.pages} pages are pictures. {MISSING}."
        )


def _blocks(kind: Format, path: Path) -> list[Block]:
    """Read what has no pages. To load what reads the other kinds takes three times as long as to read a report."""
    from knowledge.reading import plain  # noqa: PLC0415

    if kind is Format.TEXT:
        return plain.text_blocks(path)
    if kind is Format.CSV:
        return plain.csv_blocks(path)
    if kind in {Format.MARKDOWN, Format.HTML}:
        from knowledge.reading import markup  # noqa: PLC0415

        is_html = kind is Format.HTML
        return markup.html_blocks(path) if is_html else markup.markdown_blocks(path)
    if kind in {Format.DOCX, Format.ODT}:
        from knowledge.reading import office  # noqa: PLC0415

        is_docx = kind is Format.DOCX
        return office.docx_blocks(path) if is_docx else office.odt_blocks(path)
    from knowledge.reading.sheets import sheet_blocks  # noqa: PLC0415

    return sheet_blocks(path)


def _read_pictures(path: Path, kind: Format, max_pages: int) -> Iterator[str]:
    from knowledge.reading.headings import Sizes  # noqa: PLC0415
    from knowledge.reading.pictures import Picture  # noqa: PLC0415
    from knowledge.reading.ruled import blocks_with_tables, grids  # noqa: PLC0415
    from knowledge.reading.scans import Scanner  # noqa: PLC0415

    scanner, picture = Scanner(), Picture(path)
    if picture.pages > max_pages:
        raise Unreadable(
            f"The picture has {picture.pages} pages; {max_pages} are read at most."
        )
    yield _line(format=kind, pages=picture.pages, title="")
    for number, page in enumerate(picture, start=1):
        pieces, strokes = scanner.picture(page, f"page {number}")
        tables = [table for table in grids(strokes) if table.rows > 1]
        blocks = blocks_with_tables(pieces, tables, number, Sizes())
        yield from map(_block, blocks)
        yield _line(page=number)


def _first_heading(blocks: list[Block]) -> str:
    return next((block.text for block in blocks if block.kind == "heading"), "")


def _block(block: Block) -> str:
    return f'{{"block": {block.to_json()}}}'


def _line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _tell_crash(
    _kind: object, error: BaseException, _trace: TracebackType | None
) -> None:
    told = "".join(traceback.format_exception(error))
    sys.stdout.write(_line(crash=told[-4000:]) + "\n")


def main() -> int:
    path, name, media_type, max_pages, memory_bytes, cpu_s, parent = sys.argv[1:8]
    end_with_parent(int(parent))
    os.nice(5)
    sys.excepthook = _tell_crash
    for limit, value in (
        (resource.RLIMIT_AS, int(memory_bytes)),
        (resource.RLIMIT_CPU, int(cpu_s)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    try:
        for line in read(Path(path), name, media_type, int(max_pages)):
            sys.stdout.write(line + "\n")
    except Unreadable as error:
        sys.stdout.write(_line(unreadable=str(error)) + "\n")
    except MemoryError:
        sys.stdout.write(
            _line(
                unreadable="The document needs more memory than KNOWLEDGE_READER_MEMORY_BYTES."
            )
            + "\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
