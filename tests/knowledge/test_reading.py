"""What is read of each format, by the process that reads."""

import io
import re
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it has no types
import pytest
from fpdf import FPDF
from PIL import Image

from contracts.errors import Rejected
from knowledge.documents.contents import Content
from knowledge.indexing.reader import ReaderLimits, read_document
from tests.knowledge import papers

LIMITS = ReaderLimits(max_pages=20, memory_bytes=2**30, timeout_s=30)
MANUAL = """# Dépannage
Les messages suivants s'affichent sur l'écran de l'appareil.
## Codes
| Code | Description | Remède |
|---|---|---|
| 567 | Défaut d'isolement du champ photovoltaïque | Contrôler chaque connecteur du toit, puis les câbles |
| 102 | Tension du réseau trop élevée | Mesurer la tension au disjoncteur |
| 103 | Tension du réseau trop faible | Contrôler la section du câble |
# Entretien
Nettoyer le ventilateur chaque année.
"""


async def read(
    folder: Path, content: bytes, name: str, limits: ReaderLimits = LIMITS
) -> Content:
    path = folder / "document"
    path.write_bytes(content)
    return await read_document(path, name, "application/octet-stream", limits, _unsaid)


async def _unsaid(page: int, pages: int) -> None:
    """Nobody is told."""


FORMATS: dict[str, Callable[[str], bytes]] = {
    "manual.pdf": partial(papers.pdf, layout="ruled"),
    "aligned.pdf": partial(papers.pdf, layout="aligned"),
    "manual.docx": papers.docx,
    "manual.odt": papers.odt,
    "manual.html": papers.html,
    "manual.md": str.encode,
}


@pytest.mark.parametrize("name", FORMATS)
async def test_headings_texts_and_rows_with_their_header_are_read_alike(name, tmp_path):
    content = await read(tmp_path, FORMATS[name](MANUAL), name)

    headings = [block.text for block in content.blocks if block.kind == "heading"]
    rows = [block for block in content.blocks if block.kind == "row"]
    assert headings == ["Dépannage", "Codes", "Entretien"]
    assert [row.cells[0] for row in rows] == ["567", "102", "103"]
    assert rows[0].header == ("Code", "Description", "Remède")
    assert rows[0].cells[2] == "Contrôler chaque connecteur du toit, puis les câbles"
    assert any("Nettoyer le ventilateur" in block.text for block in content.blocks)


async def test_two_columns_are_read_one_after_the_other(tmp_path):
    left = "\n\n".join(
        f"Gauche {n} dit quelque chose d'assez long pour remplir." for n in range(40)
    )

    content = await read(tmp_path, papers.pdf(left, layout="columns"), "x.pdf")

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

    content = await read(tmp_path, bytes(paper.output()), "printed.pdf")

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

    content = await read(tmp_path, bytes(paper.output()), "x.pdf")

    assert [block.cells for block in content.blocks] == [
        ("E-101", "Changer"),
        ("E-104", "Voir"),
    ]


async def test_a_table_of_codes_in_excels_own_encoding_is_read(tmp_path):
    content = await read(
        tmp_path, "Code;Défaut\nF.10;Sonde coupée\n".encode("cp1252"), "codes.csv"
    )

    assert content.blocks[0].header == ("Code", "Défaut")
    assert content.blocks[0].cells == ("F.10", "Sonde coupée")


async def test_plain_text_has_paragraphs_and_underlined_headings(tmp_path):
    content = await read(
        tmp_path, b"Titre\n=====\nUn\ntexte.\n\n- a\n- b\n", "notes.txt"
    )

    assert [block.text for block in content.blocks] == [
        "Titre",
        "Un texte.",
        "- a",
        "- b",
    ]


LISTED = (
    "Liste des défauts :",
    "L8 : Chauffage anormal, sondes",
    "inversées.",
    "LD : Limites dépassées.",
    "E-05 Fuite de courant : débrancher.",
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("codes.txt", "\n".join(LISTED).encode()),
        ("codes.md", "\n".join(LISTED).encode()),
        ("codes.html", f"<p>{'<br>'.join(LISTED)}</p>".encode()),
    ],
)
async def test_lines_that_open_with_a_code_are_entries_of_a_list(
    name, content, tmp_path
):
    read_now = await read(tmp_path, content, name)

    assert [block.text for block in read_now.blocks] == [
        "Liste des défauts :",
        "L8 : Chauffage anormal, sondes inversées.",
        "LD : Limites dépassées.",
        "E-05 Fuite de courant : débrancher.",
    ]


async def test_prose_wrapped_in_front_of_a_number_stays_one_text(tmp_path):
    content = await read(
        tmp_path,
        b"Laisser au-dessus\n500 mm de place\net rien d'autre.",
        "a.txt",
    )

    assert [block.text for block in content.blocks] == [
        "Laisser au-dessus 500 mm de place et rien d'autre."
    ]


@pytest.mark.parametrize("line_end", [" ", "\n"])
async def test_a_large_file_without_a_blank_line_is_read_in_time(line_end, tmp_path):
    """A log of 20 MB; joining its lines one by one would take minutes."""
    log = "".join(f"le relevé numéro {n} est bon{line_end}" for n in range(700_000))

    content = await read(tmp_path, log.encode(), "log.txt")

    assert len(content.blocks) > 100
    assert content.blocks[-1].text.endswith("numéro 699999 est bon")


@pytest.mark.parametrize(
    "table",
    [
        '567;"isolement faible\n102;tension haute\n',  # a quote that nobody closed
        '567;isolement 1/2" faible\n102;"tension"haute\n',
        f"567;{'isolement faible ' * 10_000}\n102;tension haute\n",
        '567;"isolement\nfaible"\n102;"tension haute"\n',
    ],
)
async def test_a_table_is_read_row_by_row_whatever_its_quotes(table, tmp_path):
    content = await read(tmp_path, f"code;texte\n{table}".encode(), "codes.csv")

    assert [row.cells[0] for row in content.blocks] == ["567", "102"]
    assert "isolement" in content.blocks[0].cells[1]
    assert "tension" in content.blocks[1].cells[1]


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

    content = await read(tmp_path, made, "notice.pdf")

    assert titles == 1
    assert content.title == title
    assert "567" in content.blocks[0].text


async def test_a_paragraph_without_an_end_is_refused_in_words(tmp_path):
    endless = papers.docx("mot " * 5_000_000)

    with pytest.raises(Rejected, match="16 MB"):
        await read(tmp_path, endless, "x.docx")


async def test_menus_and_scripts_of_a_page_are_left_out(tmp_path):
    page = b"<html><nav>Menu</nav><script>x()</script><div>Corps <b>gras</b><p>Fin</p></div></html>"

    content = await read(tmp_path, page, "page.html")

    assert [block.text for block in content.blocks] == ["Corps gras", "Fin"]


async def test_pages_that_are_pictures_are_said_to_be_unread_where_tesseract_is_missing(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Rejected, match="tesseract-ocr-fra"):
        await read(tmp_path, scan(tmp_path, ""), "scan.pdf")

    content = await read(
        tmp_path, scan(tmp_path, "Le texte de la seconde page."), "scan.pdf"
    )
    assert "1 of 2 pages" in content.notes[0]


async def test_a_scan_with_a_stamp_in_its_margin_is_a_picture_still(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    stamped = scan(tmp_path, "Le texte de la seconde page.", stamp="Archive 2026 n. 42")

    content = await read(tmp_path, stamped, "scan.pdf")

    assert "1 of 2 pages" in content.notes[0]
    assert "Archive 2026 n. 42" in [block.text for block in content.blocks]


def scan(folder: Path, second_page: str, stamp: str = "") -> bytes:
    """A PDF whose first page is a picture."""
    Image.new("L", (210, 290), 255).save(folder / "scan.png")
    paper = FPDF()
    paper.add_page()
    paper.image(str(folder / "scan.png"), x=0, y=0, w=200)
    if stamp:
        paper.set_font("Helvetica", size=8)
        paper.set_xy(10, 5)
        paper.cell(0, 5, stamp)
    if second_page:
        paper.add_page()
        paper.set_font("Helvetica", size=12)
        paper.multi_cell(0, 10, second_page)
    return bytes(paper.output())


@pytest.mark.live
async def test_a_scanned_table_is_read_row_by_row(tmp_path):
    """Needs Tesseract with French."""
    (tmp_path / "manual.pdf").write_bytes(papers.pdf(MANUAL, layout="aligned"))
    page = pypdfium2.PdfDocument(tmp_path / "manual.pdf")[0]
    page.render(scale=300 / 72).to_pil().save(tmp_path / "manual.png")

    content = await read(tmp_path, (tmp_path / "manual.png").read_bytes(), "manual.png")

    rows = [block for block in content.blocks if block.kind == "row"]
    assert [row.cells[0] for row in rows] == ["567", "102", "103"]
    assert rows[0].header == ("Code", "Description", "Remède")
    assert rows[0].cells[2] == "Contrôler chaque connecteur du toit, puis les câbles"


async def test_a_picture_alone_is_refused_where_tesseract_is_missing(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    Image.new("L", (20, 20), 255).save(tmp_path / "photo.png")

    with pytest.raises(Rejected, match="Tesseract is not installed"):
        await read(tmp_path, (tmp_path / "photo.png").read_bytes(), "photo.png")


def bomb() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 200_000_000)
    return whole.getvalue()


def workbook() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return whole.getvalue()


def entities() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("content.xml", "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>")
    return whole.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.7\nnothing of a PDF", "damaged"),
        (b"PK\x03\x04 nothing of a ZIP", "damaged"),
        (b"\x00\x01\x02\x03 binary", "format is not known"),
        (bomb(), "unpacks to more"),
        (entities(), "entities"),
        (workbook(), "as CSV"),
        (b"<!doctype html><p>a<p>" + b"mot " * 3_000_000 + b"<p>b", "more than 10 MB"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_reason(content, why, tmp_path):
    with pytest.raises(Rejected, match=why):
        await read(tmp_path, content, "x.bin")


async def test_a_locked_pdf_asks_for_one_without_a_password(tmp_path):
    paper = FPDF()
    paper.set_encryption(owner_password="a", user_password="b")
    paper.add_page()

    with pytest.raises(Rejected, match="password"):
        await read(tmp_path, bytes(paper.output()), "locked.pdf")


async def test_too_many_pages_are_refused(tmp_path):
    with pytest.raises(Rejected, match="3 pages; 2 are read"):
        await read(tmp_path, b"a\fb\fc", "x.txt", ReaderLimits(2, 2**30, 30))


async def test_a_document_that_eats_memory_ends_its_own_process_alone(tmp_path):
    greedy = ReaderLimits(20, 96 * 2**20, 30)

    with pytest.raises(Rejected, match=r"memory|crashed"):
        await read(tmp_path, b"a b c d\n" * 12_000_000, "big.txt", greedy)


async def test_a_reading_that_takes_too_long_is_ended(tmp_path):
    slow = ReaderLimits(20, 2**30, 0.05)

    with pytest.raises(Rejected, match="took more than"):
        await read(tmp_path, papers.pdf(MANUAL), "x.pdf", slow)
