"""Word documents (ECMA-376 part 1)."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from knowledge.reading.blocks import Block
from knowledge.reading.listed import clean, texts_of
from knowledge.reading.office import number, own, part, part_if_any, said
from knowledge.reading.refusals import damaged
from knowledge.reading.spans import Cell, spread
from knowledge.reading.titles import table_below

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_LEFT_OUT = frozenset(
    {
        f"{_W}del",
        f"{_W}moveFrom",
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
"""What was deleted or moved away, and what older programs show in place of what is read."""
_SIGNS = {
    f"{_W}noBreakHyphen": "-",
    f"{_W}tab": " ",
    f"{_W}ptab": " ",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
}
CONTENTS = -1
_CONTENTS_STYLE = re.compile(r"(?:toc|index) \d", re.IGNORECASE)
"""Of a table of contents, whose lines are headings with their pages."""
_HEADING_STYLE = re.compile(r"(?:heading|titre|berschrift)\s*(\d)", re.IGNORECASE)


def docx_blocks(path: Path) -> list[Block]:
    """Read a Word document; its headings are the paragraphs in the styles *Heading 1*, *Titre 1* and so on."""
    body = part(path, "word/document.xml").find(f"{_W}body")
    if body is None:
        raise damaged("The DOCX", "it has no body")
    return list(_Word(path).blocks(body))


class _Word:
    """What else of a Word document its text refers to: styles of headings, and notes."""

    def __init__(self, path: Path) -> None:
        self._styles = _heading_styles(path)
        self._notes: dict[tuple[str, str], str] = {}
        for kind in ("footnote", "endnote"):
            notes = part_if_any(path, f"word/{kind}s.xml")
            for note in () if notes is None else notes.iter(f"{_W}{kind}"):
                self._notes[kind, note.get(f"{_W}id", "")] = clean(self._text(note))

    def blocks(self, element: Element) -> Iterator[Block]:
        for child in element:
            if child.tag == f"{_W}tbl":
                yield from self._table(child)
            elif child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag not in _LEFT_OUT:
                yield from self.blocks(child)

    def _paragraph(self, element: Element) -> Iterator[Block]:
        text = self._text(element)
        style = element.find(f"{_W}pPr/{_W}pStyle")
        level = _outline_level(element) or self._styles.get(_value(style), 0)
        if level == CONTENTS:
            return
        if level and text.strip():
            yield Block("heading", clean(text), level=level)
        else:
            yield from texts_of(text)

    def _table(self, element: Element) -> Iterator[Block]:
        rows = [list(own(row, f"{_W}tc")) for row in own(element, f"{_W}tr")]
        cells = [cell for row in rows for cell in row]
        if any(cell.find(f".//{_W}tbl") is not None for cell in cells):
            for cell in cells:  # it lays out a page
                yield from self.blocks(cell)
            return
        yield from table_below(spread([self._cell(c) for c in row] for row in rows))

    def _cell(self, element: Element) -> Cell:
        merge = element.find(f"{_W}tcPr/{_W}vMerge")
        return Cell(
            clean(self._text(element)),
            columns=number(_value(element.find(f"{_W}tcPr/{_W}gridSpan"))),
            continues=merge is not None and _value(merge) != "restart",
        )

    def _text(self, element: Element) -> str:
        return "".join(self._words(element))

    def _words(self, element: Element) -> Iterator[str]:
        tag = element.tag
        if tag in _LEFT_OUT or (tag == f"{_W}r" and _vanishes(element)):
            return
        if tag in {f"{_W}t", _MATH}:
            yield said(element.text)
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif tag.endswith("noteReference"):
            kind = tag.removeprefix(_W).removesuffix("Reference")
            note = self._notes.get((kind, element.get(f"{_W}id", "")))
            yield f" ({note}) " if note else ""
        else:
            around = " " if tag in {f"{_W}p", f"{_W}txbxContent"} else ""
            yield around
            for child in element:
                yield from self._words(child)
            yield around


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(f"{_W}val", "")


def _outline_level(element: Element) -> int:
    """As its author said, counted from 1 here (17.3.1.20); 0 for body text."""
    level = _value(element.find(f"{_W}pPr/{_W}outlineLvl"))
    return int(level) + 1 if level in set("012345678") else 0


def _vanishes(run: Element) -> bool:
    """Whether Word shows nothing of it, or strikes it out (17.3.2.41, .37 and .9)."""
    marks = (
        run.find(f"{_W}rPr/{_W}{name}") for name in ("vanish", "strike", "dstrike")
    )
    return any(
        mark is not None and _value(mark) not in {"0", "false", "off"} for mark in marks
    )


def _heading_styles(path: Path) -> dict[str, int]:
    """Map the ids of heading styles to their level; the ids are in the author's language, the names often are not."""
    root = part_if_any(path, "word/styles.xml")
    if root is None:
        return {}
    styles = {}
    for style in root.iter(f"{_W}style"):
        style_id = style.get(f"{_W}styleId", "")
        known = _value(style.find(f"{_W}name"))
        if match := _HEADING_STYLE.search(known) or _HEADING_STYLE.search(style_id):
            styles[style_id] = int(match.group(1))
        elif _CONTENTS_STYLE.match(known):
            styles[style_id] = CONTENTS
        elif known.lower() == "title":
            styles[style_id] = 1
        elif level := _outline_level(style):
            styles[style_id] = level
    return styles
