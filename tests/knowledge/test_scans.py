"""Pages and files that are pictures."""

from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it has no types
import pytest
from fpdf import FPDF
from PIL import Image

from contracts.errors import Rejected
from tests.knowledge import papers
from tests.knowledge.reading import MANUAL, read


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
