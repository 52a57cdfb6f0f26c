"""Workbooks of codes, as manufacturers send them."""

import zipfile
from io import BytesIO

import pytest

from contracts.errors import Rejected
from knowledge.reading.formats import Format
from tests.knowledge import papers, scanning
from tests.knowledge.reading import read, read_apart

CODES = (
    ("Codes d'erreur, édition 2026",),
    (),
    ("Code", "Défaut", "Remède"),
    (567, "Isolement trop faible", "Contrôler les connecteurs"),
    ("", "", "Contrôler les câbles"),
    ("F.10", "Sonde coupée", 1.5),
)


async def test_a_sheet_is_a_table_row_by_row(tmp_path):
    book = papers.xlsx(CODES, (("Menu", "Réglage"), ("P1", "Pente")), merged="A4:A5")

    content = await read(tmp_path, book, "codes.xlsx")

    assert content.media_type == Format.XLSX
    rows = [block for block in content.blocks if block.kind == "row"]
    assert [block.text for block in content.blocks if block.text] == [
        "Feuille 1",
        "Codes d'erreur, édition 2026",
        "Feuille 2",
    ]
    assert {row.header for row in rows[:3]} == {("Code", "Défaut", "Remède")}
    assert [row.cells for row in rows] == [
        ("567", "Isolement trop faible", "Contrôler les connecteurs"),
        ("567", "", "Contrôler les câbles"),
        ("F.10", "Sonde coupée", "1.5"),
        ("P1", "Pente"),
    ]


async def test_a_hidden_sheet_is_not_read(tmp_path):
    book = papers.xlsx(CODES, (("Prix", "Marge"), ("X", "Secret")), hidden=1)

    content = await read(tmp_path, book, "codes.xlsx")

    assert "Secret" not in str(content.blocks)


async def test_a_list_without_a_header_loses_none_of_its_codes(tmp_path):
    book = papers.xlsx(((101, "Surtension"), (102, "Sous-tension")))

    content = await read(tmp_path, book, "codes.xlsx")

    rows = [block for block in content.blocks if block.kind == "row"]
    assert [row.cells[0] for row in rows] == ["101", "102"]


async def test_what_a_sheet_says_of_itself_in_two_cells_is_no_header(tmp_path):
    book = papers.xlsx((("Codes d'erreur", "Version 3"), *CODES[2:]))

    content = await read(tmp_path, book, "codes.xlsx")

    assert content.blocks[1].text == "Codes d'erreur Version 3"
    assert content.blocks[-1].header == ("Code", "Défaut", "Remède")


async def test_an_old_workbook_is_read_too(tmp_path):
    old = (scanning.RECORDINGS / "codes.xls").read_bytes()

    content = await read(tmp_path, old, "codes.xls")

    assert content.media_type == Format.XLS
    assert content.blocks[-1].cells == ("567", "Isolement trop faible")


def bomb() -> bytes:
    whole = BytesIO(papers.xlsx(CODES))
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b" " * 200_000_000)
    return whole.getvalue()


def far_cell() -> bytes:
    """One cell at the far end of the sheet; each cell before it takes memory."""
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    whole = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(papers.xlsx(CODES))) as made,
        zipfile.ZipFile(whole, "w") as archive,
    ):
        for name in made.namelist():
            archive.writestr(name, made.read(name).replace(b"</sheetData>", cell))
    return whole.getvalue()


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (bomb, "unpacks to more"),
        (far_cell, "crashed"),
        (lambda: papers.xlsx(CODES)[:-30], "damaged"),
        (
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000),
            "old Word, PowerPoint",
        ),
    ],
)
async def test_what_is_no_workbook_or_a_bomb_is_refused(made, why, tmp_path):
    with pytest.raises(Rejected, match=why):
        await read_apart(tmp_path, made(), "x")
