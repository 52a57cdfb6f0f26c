"""
``python -m knowledge.reading FILE NAME MEDIA_TYPE MAX_PAGES MEMORY_BYTES CPU_S PARENT``: read one document, apart.

Writes lines of JSON: ``{"format", "pages", "title"}`` first, then each block as ``{"block": …}``, ``{"page": n}``
after each page of a PDF or a picture, and ``{"note": …}``, ``{"unreadable": …}`` or ``{"crash": …}``. What breaks here breaks nothing else.
"""

import os
import resource
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from pkgutil import resolve_name
from types import TracebackType

from knowledge.parent import end_with_parent
from knowledge.reading.blocks import Block, Unreadable
from knowledge.reading.formats import PICTURES, Format, format_of
from knowledge.reading.lines import block_line, line
from knowledge.reading.refusals import require_pages

_READERS: Mapping[Format, str] = {
    Format.DOCX: "docx:docx_blocks",
    Format.ODT: "odt:odt_blocks",
    Format.XLSX: "sheets:sheet_blocks",
    Format.ODS: "sheets:sheet_blocks",
    Format.XLS: "sheets:sheet_blocks",
    Format.HTML: "markup:html_blocks",
    Format.MARKDOWN: "markup:markdown_blocks",
    Format.CSV: "separated:csv_blocks",
    Format.TEXT: "plain:text_blocks",
}
"""By name, as only one is loaded: to load all takes three times as long as to read a report."""


def read(path: Path, name: str, media_type: str, max_pages: int) -> Iterator[str]:
    """Read the document at *path*, as lines of JSON."""
    kind = format_of(path, name=name, media_type=media_type)
    if kind is Format.PDF or kind in PICTURES:
        from knowledge.reading.paged import paged_lines  # noqa: PLC0415

        yield from paged_lines(path, kind, max_pages)
        return
    blocks = resolve_name(f"knowledge.reading.{_READERS[kind]}")(path)
    pages = max((block.page or 1 for block in blocks), default=1)
    require_pages(pages, max_pages)
    yield line(format=kind, pages=pages, title=_first_heading(blocks))
    yield from map(block_line, blocks)


def _first_heading(blocks: list[Block]) -> str:
    return next((block.text for block in blocks if block.kind == "heading"), "")


def _tell_crash(
    _kind: object, error: BaseException, _trace: TracebackType | None
) -> None:
    told = "".join(traceback.format_exception(error))
    sys.stdout.write(line(crash=told[-4000:]) + "\n")


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
        for written in read(Path(path), name, media_type, int(max_pages)):
            sys.stdout.write(written + "\n")
    except Unreadable as error:
        sys.stdout.write(line(unreadable=str(error)) + "\n")
    except FileNotFoundError:
        sys.stdout.write(
            line(unreadable="It was deleted or sent again meanwhile.") + "\n"
        )
    except RecursionError:
        sys.stdout.write(
            line(unreadable="The document is nested too deeply; save it as plain text.")
            + "\n"
        )
    except MemoryError:
        sys.stdout.write(
            line(
                unreadable="The document needs more memory than KNOWLEDGE_READER_MEMORY_BYTES; part it, or raise that."
            )
            + "\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
