"""Makes documents in each format from one small Markdown, as manuals are made."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Literal
from xml.sax.saxutils import escape

from fpdf import FPDF

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ODT = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)


@dataclass(frozen=True)
class Part:
    """``kind`` is heading, text or table; a table's first row is its header."""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def parts_of(markdown: str) -> Iterator[Part]:
    """Read headings, paragraphs, list items and tables."""
    table: list[tuple[str, ...]] = []
    for line in [*markdown.splitlines(), ""]:
        if line.startswith("|"):
            cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                table.append(cells)
            continue
        if table:
            yield Part("table", rows=tuple(table))
            table = []
        if heading := re.match(r"(#+) (.*)", line):
            yield Part("heading", heading[2], level=len(heading[1]))
        elif line.strip():
            yield Part("text", line.strip())


class _Paper(FPDF):
    running = ""

    def header(self) -> None:
        if self.running:
            self.set_font("Helvetica", "I", 8)
            self.cell(0, 6, self.running, align="R", new_x="LMARGIN", new_y="NEXT")
            self.ln(4)

    def footer(self) -> None:
        if self.running:
            self.set_y(-12)
            self.set_font("Helvetica", "", 8)
            self.cell(0, 6, f"Page {self.page_no()}", align="C")


def page(unit: Literal["mm", "pt"] = "mm", size: float = 10) -> FPDF:
    """A first page, in Helvetica, for what it does not set itself."""
    paper = FPDF(unit=unit)
    paper.core_fonts_encoding = "cp1252"
    paper.add_page()
    paper.set_font("Helvetica", size=size)
    return paper


def pdf(markdown: str, *, layout: str = "ruled", running: str = "") -> bytes:
    """Set a manual; *layout* is how its tables and columns look: ``ruled``, ``aligned`` or ``columns``."""
    paper = _Paper()
    paper.core_fonts_encoding = "cp1252"
    paper.running = running
    paper.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    paper.set_auto_page_break(True, 18)
    paper.add_page()
    if layout == "columns":
        with paper.text_columns(ncols=2, gutter=8, text_align="L") as columns:
            for part in parts_of(markdown):
                _set_font(paper, part)
                columns.write(part.text + "\n\n")
    else:
        for part in parts_of(markdown):
            _set_part(paper, part, layout)
    return bytes(paper.output())


def _set_part(paper: FPDF, part: Part, layout: str) -> None:
    _set_font(paper, part)
    if part.kind == "table" and layout == "ruled":
        with paper.table(line_height=5, text_align="LEFT") as table:
            for row in part.rows:
                drawn = table.row()
                for cell in row:
                    drawn.cell(cell)
    elif part.kind == "table":
        _set_aligned(paper, part.rows)
    else:
        gap = 8 if part.kind == "heading" else 5
        paper.multi_cell(0, gap, part.text, new_x="LMARGIN", new_y="NEXT")
    paper.ln(2)


def _set_aligned(paper: FPDF, rows: tuple[tuple[str, ...], ...]) -> None:
    first = 22 if max(len(row[0]) for row in rows[1:]) < 10 else 60
    widths = [first, *[(190 - first) / (len(rows[0]) - 1)] * (len(rows[0]) - 1)]
    for number, row in enumerate(rows):
        paper.set_font("Helvetica", "" if number else "B", 10)
        top, bottom = paper.get_y(), paper.get_y()
        if top > 250:
            paper.add_page()
            top = bottom = paper.get_y()
        for width, cell in zip(widths, row, strict=True):
            left = paper.get_x()
            paper.multi_cell(width - 4, 5, cell, align="L", new_x="RIGHT", new_y="TOP")
            bottom = max(bottom, top + 5 * _lines(paper, width - 4, cell))
            paper.set_xy(left + width, top)
        paper.set_xy(10, bottom + 2)


def _lines(paper: FPDF, width: float, text: str) -> int:
    lines = paper.multi_cell(width, 5, text, align="L", dry_run=True, output="LINES")
    assert isinstance(lines, list)
    return len(lines)


def _set_font(paper: FPDF, part: Part) -> None:
    if part.kind == "heading":
        paper.set_font("Helvetica", "B", 17 - 3 * part.level)
    else:
        paper.set_font("Helvetica", "", 10)


def html(markdown: str) -> bytes:
    body = "".join(_html(part) for part in parts_of(markdown))
    menu = "<nav><a href='/'>Accueil</a> <a href='/support'>Support</a></nav>"
    foot = "<footer>Mentions légales</footer>"
    return f"<!doctype html><html><body>{menu}<main>{body}</main>{foot}</body></html>".encode()


def _html(part: Part) -> str:
    if part.kind == "heading":
        return f"<h{part.level}>{escape(part.text)}</h{part.level}>"
    if part.kind == "table":
        head, *rows = part.rows
        lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)]
        lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
        return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
    if part.text.startswith("- "):
        return f"<ul><li>{escape(part.text[2:])}</li></ul>"
    return f"<p>{escape(part.text)}</p>"


def docx(markdown: str) -> bytes:
    return docx_of("".join(_docx(part) for part in parts_of(markdown)))


def docx_of(body: str, notes: str = "") -> bytes:
    """A Word document of this XML, and of its footnotes'."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Titre{n}"><w:name w:val="heading {n}"/></w:style>'
        for n in range(1, 4)
    )
    styles += '<w:style w:styleId="TM1"><w:name w:val="toc 1"/></w:style>'
    return _zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/footnotes.xml": f'<w:footnotes xmlns:w="{_W}">{notes}</w:footnotes>',
            "word/styles.xml": f'<w:styles xmlns:w="{_W}">{styles}</w:styles>',
            "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
        }
    )


def docx_table(rows: tuple[tuple[str, ...], ...]) -> str:
    lines = ("".join(f"<w:tc>{_run(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{line}</w:tr>" for line in lines) + "</w:tbl>"


def docx_heading(text: str, level: int = 1) -> str:
    return _run(text, f'<w:pPr><w:pStyle w:val="Titre{level}"/></w:pPr>')


def _docx(part: Part) -> str:
    if part.kind == "table":
        return docx_table(part.rows)
    return docx_heading(part.text, part.level) if part.level else _run(part.text)


def _run(text: str, style: str = "") -> str:
    return f"<w:p>{style}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def odt(markdown: str) -> bytes:
    return odt_of("".join(_odt(part) for part in parts_of(markdown)))


def odt_of(body: str) -> bytes:
    """An OpenDocument text of this XML."""
    text = f"<office:body><office:text>{body}</office:text></office:body>"
    return _zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {_ODT}>{text}</office:document-content>",
        }
    )


def odt_table(rows: tuple[tuple[str, ...], ...]) -> str:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    lines = ("".join(cell.format(escape(c)) for c in row) for row in rows)
    whole = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    return f"<table:table>{whole}</table:table>"


def _odt(part: Part) -> str:
    if part.kind == "heading":
        return f'<text:h text:outline-level="{part.level}">{escape(part.text)}</text:h>'
    if part.kind == "table":
        return odt_table(part.rows)
    return f"<text:p>{escape(part.text)}</text:p>"


_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(
    *sheets: tuple[tuple[str | float, ...], ...], merged: str = "", hidden: int = -1
) -> bytes:
    """A workbook of these rows; *merged* is a place in each sheet, as ``A2:A3``."""
    names = range(1, len(sheets) + 1)
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _related({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/_rels/workbook.xml.rels": _related(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in names}
        ),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_RELATIONS}"><sheets>'
        + "".join(
            f'<sheet name="Feuille {n}" sheetId="{n}" r:id="rId{n}" state="{_state(n - 1 == hidden)}"/>'
            for n in names
        )
        + "</sheets></workbook>",
    }
    for n, rows in enumerate(sheets, start=1):
        spans = f'<mergeCells><mergeCell ref="{merged}"/></mergeCells>' * bool(merged)
        lines = "".join(_sheet_row(number, row) for number, row in enumerate(rows, 1))
        files[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{_SHEETS}"><sheetData>{lines}</sheetData>{spans}</worksheet>'
        )
    return _zipped(files)


def _state(hidden: bool) -> str:
    return "hidden" if hidden else "visible"


def _related(to: dict[str, tuple[str, str]]) -> str:
    each = (
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in to.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{"".join(each)}</Relationships>'


def _sheet_row(number: int, row: tuple[str | float, ...]) -> str:
    cells = "".join(
        f'<c r="{chr(65 + n)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        if isinstance(cell, str)
        else f'<c r="{chr(65 + n)}{number}"><v>{cell}</v></c>'
        for n, cell in enumerate(row)
        if cell != ""
    )
    return f'<row r="{number}">{cells}</row>'


def _zipped(files: dict[str, str]) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return whole.getvalue()
