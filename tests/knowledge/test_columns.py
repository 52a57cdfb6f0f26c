"""What stands where on a page, put in order: by places alone, whatever order it was seen in."""

import random
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]  # it has no types
from fpdf import FPDF

from knowledge.reading.blocks import Block
from knowledge.reading.columns import reading_order
from knowledge.reading.headings import Sizes
from knowledge.reading.layout import page_blocks
from knowledge.reading.letters import text_pieces
from knowledge.reading.turned import View
from tests.knowledge import papers
from tests.knowledge.scanning import ADVICE, CODES, prose


def blocks(paper: FPDF) -> list[Block]:
    page = pypdfium2.PdfDocument(bytes(paper.output()))[0]
    pieces = [replace(piece, size=10.0) for piece in text_pieces(page, View.of(page))]
    random.Random(1).shuffle(pieces)
    return page_blocks(reading_order(pieces), 1, Sizes())


def page() -> FPDF:
    paper = papers.page()
    paper.set_auto_page_break(True, 120)
    return paper


def columns(*texts: str) -> FPDF:
    paper = page()
    with paper.text_columns(ncols=2, gutter=8, text_align="L") as two:
        for text in texts:
            two.write(text + "\n")
    return paper


def beside(paper: FPDF, *rows: tuple[str, ...]) -> FPDF:
    for row in rows:
        top = paper.get_y()
        for left, cell in zip((10, 75, 140), row, strict=False):
            paper.set_xy(left, top)
            paper.cell(60, 5, cell, new_x="LMARGIN", new_y="NEXT")
    return paper


def test_a_list_of_codes_in_two_columns_is_one_list():
    entries = [f"E{n:02d} : {CODES[n % 6][1]}" for n in range(60)]

    assert [block.text for block in blocks(columns(*entries))] == entries


def test_items_that_stand_side_by_side_are_two_lists():
    items = [f"- Point {n}. {ADVICE[n % 7]}" for n in range(36)]

    assert [block.text for block in blocks(columns(*items))] == items


def test_each_line_of_a_data_sheet_is_a_row_however_long():
    """One that fills its column looks as if the next were the rest of it."""
    rows = [(CODES[n % 6][1][:34], f"{n}.5 kW") for n in range(24)]

    assert [block.cells for block in blocks(beside(page(), *rows))] == rows


def test_columns_above_a_table_and_the_table_are_parted_by_what_stands_between():
    paper = columns(*(prose(n) + "\n" for n in range(8)))
    paper.set_auto_page_break(False)
    paper.set_xy(10, 190)
    paper.cell(190, 5, f"Tableau des codes. {ADVICE[3]}"[:100], new_x="LMARGIN", new_y="NEXT")  # fmt: skip

    rows = [(code, what[:30].strip(), what[:20].strip()) for code, what, _ in CODES]

    made = blocks(beside(paper, *rows))

    assert [b.text[:8] for b in made if b.text.startswith("Point")] == [
        f"Point {n}." for n in range(8)
    ]
    assert [b.cells for b in made if b.kind == "row"] == rows
