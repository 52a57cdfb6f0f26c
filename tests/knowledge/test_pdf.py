"""PDF: columns, kerned words, narrow cells, odd titles."""

import re

import pytest
from fpdf import FPDF

from contracts.errors import Rejected
from tests.knowledge import papers
from tests.knowledge.reading import read_apart


async def test_two_columns_are_read_one_after_the_other(tmp_path):
    left = "\n\n".join(
        f"Gauche {n} dit quelque chose d'assez long pour remplir." for n in range(40)
    )

    content = await read_apart(tmp_path, papers.pdf(left, layout="columns"), "x.pdf")

    text = " ".join(block.text for block in content.blocks)
    assert [text.index(f"Gauche {n} ") for n in range(40)] == sorted(
        text.index(f"Gauche {n} ") for n in range(40)
    )


async def test_a_word_that_kerning_moved_apart_stays_one_word(tmp_path):
    """As browsers and layout programs print: `V` and `isser`, closer than they are wide, `dif` and `férentiel`."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("Helvetica", "", 11)
    left = 20.0
    for text, kern in (("V", -0.25), ("isser le dif", 0.1), ("férentiel", 0.0)):
        paper.text(left, 40, text)
        left += paper.get_string_width(text) + kern
    paper.text(left + paper.get_string_width(" "), 40, "du tableau")

    content = await read_apart(tmp_path, bytes(paper.output()), "printed.pdf")

    assert [b.text for b in content.blocks] == ["Visser le différentiel du tableau"]


async def test_a_code_that_a_narrow_column_broke_at_its_hyphen_stays_one(tmp_path):
    """pdfium has a character of its own for a hyphen at a line's end; ``E-101`` was no code with it."""
    paper = FPDF()
    paper.set_font("Helvetica", size=10)
    paper.add_page()
    with paper.table(width=100, col_widths=(15, 85)) as table:
        for row in (("Code", "Remède"), ("E-\n101", "Chan-\nger"), ("E-\n104", "Voir")):
            drawn = table.row()
            for cell in row:
                drawn.cell(cell)

    content = await read_apart(tmp_path, bytes(paper.output()), "x.pdf")

    assert [block.cells for block in content.blocks] == [
        ("E-101", "Changer"),
        ("E-104", "Voir"),
    ]


@pytest.mark.parametrize(
    ("written", "title"), [("0053000100000061", "Sa"), ("D8000053", "")]
)
async def test_a_title_that_nobody_can_read_is_mended_or_left_out(
    written, title, tmp_path
):
    """A NUL, which PostgreSQL does not keep, and half a surrogate, which is no text at all."""
    paper = FPDF()
    paper.set_title("TITLE")
    paper.add_page()
    paper.set_font("Helvetica", size=12)
    paper.cell(0, 5, "State 567 : isolement trop faible.")
    made, titles = re.subn(
        rb"/Title \(TITLE\)", f"/Title <FEFF{written}>".encode(), bytes(paper.output())
    )

    content = await read_apart(tmp_path, made, "notice.pdf")

    assert titles == 1
    assert content.title == title
    assert "567" in content.blocks[0].text


def with_damaged_pages(many: int) -> bytes:
    paper = FPDF()
    paper.set_font("Helvetica", size=11)
    for code in ("567", "102"):
        paper.add_page()
        paper.text(20, 40, f"Erreur {code} : voir le tableau.")
    return bytes(paper.output()).replace(b"/Type /Page\n", b"/Type /None\n", many)


async def test_a_damaged_page_spoils_no_other(tmp_path):
    content = await read_apart(tmp_path, with_damaged_pages(1), "x.pdf")

    assert [(b.text, b.page) for b in content.blocks] == [
        ("Erreur 102 : voir le tableau.", 2)
    ]
    assert content.notes == (
        "1 of 2 pages are damaged; save the PDF anew and send that.",
    )


async def test_a_pdf_of_damaged_pages_is_refused(tmp_path):
    with pytest.raises(Rejected, match="2 of 2 pages are damaged; save"):
        await read_apart(tmp_path, with_damaged_pages(2), "x.pdf")
