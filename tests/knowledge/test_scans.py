"""Pages and files that are pictures."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from PIL import Image

from contracts.errors import Rejected
from knowledge.documents.contents import Content
from knowledge.reading.scans import Scanner
from tests.knowledge import scanning
from tests.knowledge.reading import read_apart


async def test_pages_that_are_pictures_are_said_to_be_unread_where_tesseract_is_missing(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Rejected, match="tesseract-ocr-fra"):
        await read_apart(tmp_path, scan(tmp_path, ""), "scan.pdf")

    content = await read_apart(
        tmp_path, scan(tmp_path, "Le texte de la seconde page."), "scan.pdf"
    )
    assert "1 of 2 pages" in content.notes[0]


async def test_pages_that_tesseract_gives_up_on_are_named_and_the_others_read(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", scanning.replaying(tmp_path, {}))
    said = r"Tesseract cannot read 1 of {} pages \(1\): .*No such file"

    again = "{}.* busy, {}send it again"

    with pytest.raises(Rejected, match=again.format(said.format(1), "")):
        await read_apart(tmp_path, scan(tmp_path, ""), "scan.pdf")

    text = "Le texte de la seconde page."
    content = await read_apart(tmp_path, scan(tmp_path, text), "scan.pdf")
    kept = again.format(said.format(2), "delete the document and ")
    assert re.search(kept, content.notes[0])
    assert [block.text for block in content.blocks] == [text]


async def test_a_page_of_a_tiff_that_tesseract_gives_up_on_leaves_the_others(
    tmp_path, monkeypatch
):
    seen = {300: scanning.recording("one-column", 0)}
    monkeypatch.setenv("PATH", scanning.replaying(tmp_path, seen))
    first, second = (Image.new("L", (width, 400), 255) for width in (200, 300))
    first.save(tmp_path / "fax.tiff", save_all=True, append_images=[second])

    content = await read_apart(
        tmp_path, (tmp_path / "fax.tiff").read_bytes(), "fax.tiff"
    )

    assert content.notes[0].startswith("Tesseract cannot read 1 of 2 pages (1): ")
    assert {block.page for block in content.blocks} == {2}


@pytest.mark.parametrize(
    ("widths", "tried", "given_up"),
    [
        ([300] * 6, 3, [1, 2, 3, 4, 5, 6]),
        ([200] + [300] * 4 + [200], 6, [2, 3, 4, 5]),
    ],
)
def test_pages_that_all_take_too_long_are_given_up_on_after_a_few(
    widths, tried, given_up, tmp_path, monkeypatch
):
    """A scan of 15 pages was refused after half an hour; where any was read, each is tried."""
    program = tmp_path / "tesseract"
    program.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = --list-langs ]; then echo fra; exit; fi\n'
        f'read -r _ width _; echo "$width" >> "{tmp_path}/tried"\n'
        '[ "$width" = 200 ] || exec sleep 60\n'
        f'cat > /dev/null; cat "{scanning.recording("one-column", 0)}"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    scanner = Scanner(timeout_s=1)

    for number, width in enumerate(widths, 1):
        scanner.picture(Image.new("L", (width, 400), 255), number)

    assert len((tmp_path / "tried").read_text().split()) == tried
    assert scanner.given_up == given_up
    assert scanner.why == "it took more than 1 s"


async def test_a_pdf_of_pictures_and_damaged_pages_is_refused_with_both_reasons(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    made = scan(tmp_path, "Le texte de la seconde page.")
    at = made.rindex(b"/Type /Page\n")
    damaged = made[:at] + b"/Type /None\n" + made[at + 12 :]

    with pytest.raises(Rejected, match=r"1 of 2 pages are damaged.*tesseract-ocr-fra"):
        await read_apart(tmp_path, damaged, "scan.pdf")


async def test_a_scan_with_a_stamp_in_its_margin_is_a_picture_still(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    stamped = scan(tmp_path, "Le texte de la seconde page.", stamp="Archive 2026 n. 42")

    content = await read_apart(tmp_path, stamped, "scan.pdf")

    assert "1 of 2 pages" in content.notes[0]
    assert "Archive 2026 n. 42" in [block.text for block in content.blocks]


def scan(folder: Path, second_page: str, stamp: str = "", size: int = 12) -> bytes:
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
        paper.set_font("Helvetica", size=size)
        paper.multi_cell(0, 10, second_page)
    return bytes(paper.output())


@pytest.fixture(params=["recorded", pytest.param("genuine", marks=pytest.mark.live)])
def scanned(request, tmp_path, monkeypatch):
    """Reads a page that was scanned, by what Tesseract saw on it once, or by the one that is installed."""

    async def read_page(name: str, degrees: int) -> Content:
        if request.param == "genuine":
            return await read_apart(
                tmp_path, scanning.png(scanning.scan(name, degrees)), "x"
            )
        drawn = name in {"ruled", "worn"}
        picture = scanning.scan(name, degrees) if drawn else scanning.blank(degrees)
        seen = {picture.width: scanning.recording(name, degrees)}
        monkeypatch.setenv("PATH", scanning.replaying(tmp_path, seen))
        return await read_apart(tmp_path, scanning.png(picture), "x")

    return read_page


def turned(*names: str) -> list[Any]:
    """All scans of *names*; upright alone in the quick tests, and one that is turned."""
    scans = [scan for scan in scanning.SCANS if scan[0] in names]
    quick = len(names) + 1
    return [
        pytest.param(*scan, marks=() if n < quick else pytest.mark.slow)
        for n, scan in enumerate(scans)
    ]


@pytest.mark.parametrize(
    ("name", "degrees"),
    turned("one-column", "two-columns", "justified", "three-columns"),
)
async def test_columns_of_prose_are_read_one_after_the_other(name, degrees, scanned):
    content = await scanned(name, degrees)

    text = " ".join(block.text for block in content.blocks)
    points = [int(number) for number in re.findall(r"Point (\d+)\.", text)]
    whole = [prose for prose in map(scanning.prose, points) if prose[10:80] in text]
    assert points == list(range(8 if name == "one-column" else 14))
    assert len(whole) >= len(points) - 2  # Tesseract errs in a letter now and then
    assert {block.kind for block in content.blocks} == {"text"}


@pytest.mark.parametrize(("name", "degrees"), turned("table", "ruled", "worn"))
async def test_a_table_is_read_row_by_row(name, degrees, scanned):
    content = await scanned(name, degrees)

    rows = [block for block in content.blocks if block.kind == "row"]
    assert {row.header for row in rows} == {scanning.HEAD}
    assert [row.cells[0] for row in rows] == [code for code, *_ in scanning.CODES]
    assert rows[0].cells[2] == "Contrôler chaque connecteur du toit, puis les câbles"


@pytest.mark.parametrize(("name", "degrees"), turned("codes", "messages"))
async def test_codes_keep_what_they_mean_beside_them(name, degrees, scanned):
    content = await scanned(name, degrees)

    rows = [block for block in content.blocks if block.kind == "row"]
    assert [row.cells[0][:3] for row in rows] == scanning.LISTED
    meant = [scanning.prose(n).partition(". ")[2] for n in range(len(rows))]
    assert [row.cells[1][:20] for row in rows] == [text[:20] for text in meant]
    assert [len(row.cells[1]) for row in rows] == pytest.approx(list(map(len, meant)), abs=3)  # fmt: skip


async def test_a_scan_in_a_document_of_small_print_is_no_heading(tmp_path, monkeypatch):
    """How large its letters are is not known; a stamp's do not say it."""
    monkeypatch.setenv(
        "PATH",
        scanning.replaying(
            tmp_path, {scanning.A4[0]: scanning.recording("one-column", 0)}
        ),
    )
    small = scan(tmp_path, "Le texte de la page d'après.", size=7)

    content = await read_apart(tmp_path, small, "scan.pdf")

    assert any(block.text.startswith("Point 1.") for block in content.blocks)
    assert {block.kind for block in content.blocks} == {"text"}


async def test_a_picture_alone_is_refused_where_tesseract_is_missing(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    Image.new("L", (20, 20), 255).save(tmp_path / "photo.png")

    with pytest.raises(Rejected, match="Tesseract is not installed"):
        await read_apart(tmp_path, (tmp_path / "photo.png").read_bytes(), "photo.png")
