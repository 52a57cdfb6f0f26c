"""Tables with merged cells, and tables that lay out a page, in each format."""

from collections.abc import Callable

import pytest
from fpdf import FPDF

from knowledge.reading.blocks import MAX_COLUMNS
from knowledge.reading.spans import Cell, spread
from tests.knowledge import papers
from tests.knowledge.reading import read
from tests.knowledge.service import knowledge, search

HEADER = ("Code", "Cause", "Remède")
ROWS = [
    ("567", "Connecteur humide", "Refaire le connecteur"),
    ("567", "Câble blessé", "Changer le câble"),
    ("102", "Tension haute", "Mesurer la tension"),
]


def html() -> bytes:
    head = "".join(f"<th>{title}</th>" for title in HEADER)
    return (
        f"<!doctype html><table><tr>{head}</tr>"
        f"<tr><td rowspan=2>567</td><td>{ROWS[0][1]}</td><td>{ROWS[0][2]}</td></tr>"
        f"<tr><td>{ROWS[1][1]}</td><td>{ROWS[1][2]}</td></tr>"
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in ROWS[2])}</tr></table>"
    ).encode()


def docx() -> bytes:
    def row(*cells: str, merge: str = "") -> str:
        first = f"<w:tc><w:tcPr>{merge}</w:tcPr>{run(cells[0])}</w:tc>"
        return f"<w:tr>{first}{''.join(f'<w:tc>{run(c)}</w:tc>' for c in cells[1:])}</w:tr>"

    def run(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    rows = [
        row(*HEADER),
        row(*ROWS[0], merge='<w:vMerge w:val="restart"/>'),
        row("", *ROWS[1][1:], merge="<w:vMerge/>"),
        row(*ROWS[2]),
    ]
    return papers.docx_of(f"<w:tbl>{''.join(rows)}</w:tbl>")


def odt() -> bytes:
    def row(*cells: str, first: str = "") -> str:
        texts = "".join(cell(text) for text in cells)
        return f"<table:table-row>{first}{texts}</table:table-row>"

    def cell(text: str, spans: str = "") -> str:
        return f"<table:table-cell {spans}><text:p>{text}</text:p></table:table-cell>"

    spanning = cell("567", 'table:number-rows-spanned="2"')
    rows = [
        f"<table:table-header-rows>{row(*HEADER)}</table:table-header-rows>",
        row(*ROWS[0][1:], first=spanning),
        row(*ROWS[1][1:], first="<table:covered-table-cell/>"),
        row(*ROWS[2]),
    ]
    return papers.odt_of(f"<table:table>{''.join(rows)}</table:table>")


def pdf() -> bytes:
    paper = papers.page()
    with paper.table(line_height=6, text_align="LEFT") as table:
        for number, cells in enumerate((HEADER, *ROWS)):
            row = table.row()
            if number != 2:
                row.cell(cells[0], rowspan=2 if number == 1 else 1)
            for cell in cells[1:]:
                row.cell(cell)
    return bytes(paper.output())


@pytest.mark.parametrize("make", [html, docx, odt, pdf])
async def test_a_cell_that_spans_rows_stands_in_each_of_them(
    make: Callable[[], bytes], tmp_path
):
    content = await read(tmp_path, make(), f"x.{make.__name__}")

    assert [block.cells for block in content.blocks] == ROWS
    assert {block.header for block in content.blocks} == {HEADER}


async def test_the_second_cause_of_a_code_is_found_by_the_code(tmp_path):
    async with knowledge(tmp_path) as http:
        await http.put("/knowledge/documents/symo?wait=60", content=pdf())
        found = await search(http, "erreur 567 câble")

    assert found["confident"]
    assert "Changer le câble" in found["passages"][0]["text"]
    assert "567" in found["passages"][0]["text"]


@pytest.mark.parametrize("repeated", [True, False])
async def test_a_row_that_goes_on_overleaf_is_one_row(repeated, tmp_path):
    """With the header again on the second page, or without."""
    overleaf = [("", "dans le coffret", "et le serrer"), ROWS[2], ROWS[1]]
    paper = FPDF()
    paper.core_fonts_encoding = "cp1252"
    second = [HEADER, *overleaf] if repeated else overleaf
    for titled, rows in ((True, [HEADER, ROWS[0]]), (repeated, second)):
        paper.add_page()
        paper.set_font("Helvetica", size=10)
        with paper.table(
            line_height=6, text_align="LEFT", first_row_as_headings=titled
        ) as table:
            for cells in rows:
                table.row(cells)

    content = await read(tmp_path, bytes(paper.output()), "x.pdf")

    whole = (
        "567",
        "Connecteur humide dans le coffret",
        "Refaire le connecteur et le serrer",
    )
    assert [block.cells for block in content.blocks] == [whole, ROWS[2], ROWS[1]]
    assert [block.page for block in content.blocks] == [1, 2, 2]
    assert {block.header for block in content.blocks} == {HEADER}


INNER = {
    "html": lambda: (
        b"<!doctype html><table><tr><td><h2>Codes</h2><table><tr><th>Code</th><th>Cause</th></tr>"
        b"<tr><td>567</td><td>isolement faible</td></tr></table></td></tr></table>"
    ),
    "docx": lambda: papers.docx_of(
        f"<w:tbl><w:tr><w:tc>{papers.docx_heading('Codes')}"
        f"{papers.docx_table((('Code', 'Cause'), ('567', 'isolement faible')))}</w:tc></w:tr></w:tbl>"
    ),
    "odt": lambda: papers.odt_of(
        '<table:table><table:table-row><table:table-cell><text:h text:outline-level="2">Codes</text:h>'
        f"{papers.odt_table((('Code', 'Cause'), ('567', 'isolement faible')))}"
        "</table:table-cell></table:table-row></table:table>"
    ),
}


@pytest.mark.parametrize("kind", INNER)
async def test_a_table_that_lays_out_a_page_is_no_table(kind, tmp_path):
    content = await read(tmp_path, INNER[kind](), f"x.{kind}")

    heading, row = content.blocks
    assert heading.text == "Codes"
    assert (row.header, row.cells) == (("Code", "Cause"), ("567", "isolement faible"))


def test_a_cell_that_says_it_spans_thousands_does_not():
    rows = spread([[Cell("a", 9999, 9999), Cell("b", 9999)], [Cell("c")]])

    assert len(rows) == 2
    assert max(map(len, rows)) <= MAX_COLUMNS


async def test_a_table_is_never_wider_than_any_table_is(tmp_path):
    """60 kB of spans took 550 MB of the service; a list of that many columns is no list of codes."""
    row = "<tr>" + "<td colspan=9999 rowspan=9999>mot</td>" * 50 + "</tr>"
    page = f"<!doctype html><table>{row * 20}</table>"
    wide = "a" + ";b" * 5_000

    pages = await read(tmp_path, page.encode(), "x.html")
    listed = await read(tmp_path, f"{wide}\nc{wide}\n".encode(), "x.csv")

    assert len(pages.blocks) == 19
    assert max(len(block.cells) for block in pages.blocks) <= MAX_COLUMNS
    assert {len(block.cells) for block in listed.blocks} == {MAX_COLUMNS}
    assert {len(block.header) for block in listed.blocks} == {MAX_COLUMNS}
