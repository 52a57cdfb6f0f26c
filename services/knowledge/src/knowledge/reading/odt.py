"""OpenDocument texts (OASIS OpenDocument 1.3)."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from knowledge.reading.blocks import MAX_COLUMNS, Block
from knowledge.reading.listed import clean, texts_of
from knowledge.reading.office import number, own, part, said
from knowledge.reading.refusals import damaged
from knowledge.reading.spans import Cell, spread
from knowledge.reading.titles import table_below

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_LEFT_OUT = frozenset(
    {f"{_TEXT}tracked-changes", f"{_TEXT}note-citation", f"{_OFFICE}annotation"}
    | {f"{_TEXT}table-of-content", f"{_TEXT}alphabetical-index"}
)
"""What was deleted, the numbers of notes, remarks of the authors, and where what stands."""
_SIGNS = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}


def odt_blocks(path: Path) -> list[Block]:
    """Read an OpenDocument text."""
    text = part(path, "content.xml").find(f"{_OFFICE}body/{_OFFICE}text")
    if text is None:
        raise damaged("The ODT", "it has no body")
    return list(_blocks(text))


def _blocks(element: Element) -> Iterator[Block]:
    for child in element:
        if child.tag == f"{_TEXT}h":
            level = number(child.get(f"{_TEXT}outline-level", ""))
            yield Block("heading", _text(child), level=level)
        elif child.tag == f"{_TEXT}p":
            yield from texts_of(" ".join(_words(child)))
        elif child.tag == f"{_TABLE}table":
            yield from _table(child)
        elif child.tag not in _LEFT_OUT:
            yield from _blocks(child)


def _table(element: Element) -> Iterator[Block]:
    rows = [
        list(own(row, f"{_TABLE}table-cell"))
        for row in own(element, f"{_TABLE}table-row")
    ]
    cells = [cell for row in rows for cell in row]
    if any(cell.find(f".//{_TABLE}table") is not None for cell in cells):
        for cell in cells:  # it lays out a page
            yield from _blocks(cell)
        return
    spanned = [[one for cell in row for one in _cells(cell)] for row in rows]
    yield from table_below(spread(spanned))


def _cells(element: Element) -> list[Cell]:
    """The covered cells beside and below it are elements of their own, which are left out."""
    columns, rows, times = (
        number(element.get(f"{_TABLE}number-{what}", ""))
        for what in ("columns-spanned", "rows-spanned", "columns-repeated")
    )
    return [Cell(_text(element), columns, rows)] * min(times, MAX_COLUMNS)


def _text(element: Element) -> str:
    return clean(" ".join(_words(element)))


def _words(element: Element) -> Iterator[str]:
    """Text of *element*; paragraphs in it are parted by blanks, spans are not."""
    whole = said(element.text)
    for child in element:
        if child.tag in _LEFT_OUT:
            whole += said(child.tail)
        elif child.tag == f"{_TEXT}note":
            whole += f" ({_text(child)}) {said(child.tail)}"
        elif child.tag == f"{_TEXT}p" or child.find(f".//{_TEXT}p") is not None:
            yield whole
            yield from _words(child)
            whole = said(child.tail)
        elif child.tag in _SIGNS:
            whole += _SIGNS[child.tag] + said(child.tail)
        else:
            whole += "".join(_words(child)) + said(child.tail)
    yield whole
