"""DOCX and ODT: ZIP files of XML; only the text part is read."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, fromstring

from knowledge.reading.blocks import MAX_COLUMNS, Block, Unreadable, table_blocks
from knowledge.reading.spans import Cell, spread

MAX_XML_BYTES = 128 * 1024 * 1024
"""A manual of 1,000 pages is 10 MB of XML; more is a bomb."""

_NOT_UNPACKED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_HEADING_STYLE = re.compile(r"(?:heading|titre|berschrift)\s*(\d)", re.IGNORECASE)


def docx_blocks(path: Path) -> list[Block]:
    """Read a Word document; its headings are the paragraphs in the styles *Heading 1*, *Titre 1* and so on."""
    body = _part(path, "word/document.xml").find(f"{_W}body")
    if body is None:
        raise Unreadable("The DOCX has no text.")
    styles = _docx_heading_styles(path)
    return [block for child in body for block in _docx_blocks(child, styles)]


def odt_blocks(path: Path) -> list[Block]:
    """Read an OpenDocument text."""
    text = _part(path, "content.xml").find(f"{_OFFICE}body/{_OFFICE}text")
    if text is None:
        raise Unreadable("The ODT has no text.")
    return list(_odt_blocks(text))


def _docx_blocks(element: Element, styles: dict[str, int]) -> list[Block]:
    if element.tag == f"{_W}tbl":
        return _docx_table(element, styles)
    if element.tag != f"{_W}p":
        return [block for child in element for block in _docx_blocks(child, styles)]
    text = _docx_text(element)
    if not text:
        return []
    style = element.find(f"{_W}pPr/{_W}pStyle")
    level = styles.get(style.get(f"{_W}val", "") if style is not None else "", 0)
    return [Block("heading", text, level=level) if level else Block("text", text)]


def _docx_table(element: Element, styles: dict[str, int]) -> list[Block]:
    rows = [list(_own(row, f"{_W}tc")) for row in _own(element, f"{_W}tr")]
    cells = [cell for row in rows for cell in row]
    if any(cell.find(f".//{_W}tbl") is not None for cell in cells):
        return [  # it lays out a page
            block
            for cell in cells
            for child in cell
            for block in _docx_blocks(child, styles)
        ]
    return table_blocks(spread([_docx_cell(cell) for cell in row] for row in rows))


def _docx_cell(element: Element) -> Cell:
    span = element.find(f"{_W}tcPr/{_W}gridSpan")
    merge = element.find(f"{_W}tcPr/{_W}vMerge")
    return Cell(
        _docx_text(element),
        columns=_number("" if span is None else span.get(f"{_W}val", "")),
        continues=merge is not None and merge.get(f"{_W}val") != "restart",
    )


def _docx_text(element: Element) -> str:
    words = []
    hidden = {t for run in element.iter(f"{_W}r") if _vanishes(run) for t in run}
    for node in element.iter():
        if node in hidden:
            continue
        if node.tag == f"{_W}t":
            words.append(node.text or "")
        elif node.tag in {f"{_W}tab", f"{_W}br", f"{_W}p"}:
            words.append(" ")
    return _clean("".join(words))


def _vanishes(run: Element) -> bool:
    """Whether Word shows nothing of it (ECMA-376 part 1, 17.3.2.41)."""
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val") not in {"0", "false", "off"}


def _docx_heading_styles(path: Path) -> dict[str, int]:
    """Map the ids of heading styles to their level; the ids are in the author's language, the names often are not."""
    try:
        root = _part(path, "word/styles.xml")
    except Unreadable:
        return {}
    styles = {}
    for style in root.iter(f"{_W}style"):
        style_id = style.get(f"{_W}styleId", "")
        name = style.find(f"{_W}name")
        known = name.get(f"{_W}val", "") if name is not None else ""
        if match := _HEADING_STYLE.search(known) or _HEADING_STYLE.search(style_id):
            styles[style_id] = int(match.group(1))
        elif known.lower() == "title":
            styles[style_id] = 1
    return styles


def _odt_blocks(element: Element) -> Iterator[Block]:
    for child in element:
        if child.tag == f"{_TEXT}h":
            level = int(child.get(f"{_TEXT}outline-level", "1"))
            yield Block("heading", _odt_text(child), level=level)
        elif child.tag == f"{_TEXT}p":
            if text := _odt_text(child):
                yield Block("text", text)
        elif child.tag == f"{_TABLE}table":
            yield from _odt_table(child)
        elif child.tag != f"{_TEXT}tracked-changes":
            yield from _odt_blocks(child)


def _odt_table(element: Element) -> Iterator[Block]:
    rows = [
        list(_own(row, f"{_TABLE}table-cell"))
        for row in _own(element, f"{_TABLE}table-row")
    ]
    cells = [cell for row in rows for cell in row]
    if any(cell.find(f".//{_TABLE}table") is not None for cell in cells):
        for cell in cells:  # it lays out a page
            yield from _odt_blocks(cell)
        return
    spanned = [[one for cell in row for one in _odt_cells(cell)] for row in rows]
    yield from table_blocks(spread(spanned))


def _odt_cells(element: Element) -> list[Cell]:
    """The covered cells beside and below it are elements of their own, which are left out."""
    columns, rows, times = (
        _number(element.get(f"{_TABLE}number-{what}", ""))
        for what in ("columns-spanned", "rows-spanned", "columns-repeated")
    )
    return [Cell(_odt_text(element), columns, rows)] * min(times, MAX_COLUMNS)


def _own(element: Element, tag: str) -> Iterator[Element]:
    """The next elements of *tag* below *element*, not those within them."""
    for child in element:
        if child.tag == tag:
            yield child
        else:
            yield from _own(child, tag)


def _number(said: str) -> int:
    return int(said[:4]) if said.isdecimal() else 1


def _odt_text(element: Element) -> str:
    return _clean(" ".join(_odt_words(element)))


def _odt_words(element: Element) -> Iterator[str]:
    """Text of *element*; paragraphs in it are parted by blanks, spans are not."""
    whole = element.text or ""
    for child in element:
        if child.tag in {f"{_TEXT}p", f"{_TEXT}list", f"{_TEXT}list-item"}:
            yield whole
            yield from _odt_words(child)
            whole = child.tail or ""
        elif child.tag in {f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"}:
            whole += " " + (child.tail or "")
        else:
            whole += "".join(_odt_words(child)) + (child.tail or "")
    yield whole


def _part(path: Path, name: str) -> Element:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as part:
            xml = part.read(MAX_XML_BYTES + 1)
    except KeyError as error:
        raise Unreadable(f"The file is damaged: it has no {name}.") from error
    except _NOT_UNPACKED as error:
        raise Unreadable(
            f"The file is damaged: {name} cannot be unpacked ({error})."
        ) from error
    except RuntimeError as error:  # zipfile's own for an encrypted part
        raise Unreadable(
            "The document asks for a password; send it without one."
        ) from error
    if len(xml) > MAX_XML_BYTES:
        raise Unreadable(f"{name} unpacks to more than {MAX_XML_BYTES} bytes.")
    if b"<!DOCTYPE" in xml[:4096] or b"<!ENTITY" in xml:
        raise Unreadable(f"{name} declares entities, which no office program writes.")
    try:
        return fromstring(xml)  # noqa: S314 - no entities, bounded, in a process of its own
    except ParseError as error:
        raise Unreadable(f"The file is damaged: {name}: {error}") from error


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
