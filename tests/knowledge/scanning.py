"""
Pages as a scanner gives them, and what Tesseract saw on them.

``python -m tests.knowledge.scanning`` records that anew, with the Tesseract that is installed (5.3 last).
"""

import os
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it has no types
from fpdf import FPDF
from PIL import Image

from tests.knowledge import papers

RECORDINGS = Path(__file__).parent / "scanned"
DPI = 300
A4 = (2481, 3508)
"""Pixels at `DPI`."""

ADVICE = (
    "Avant toute intervention, couper le sectionneur du champ puis attendre cinq minutes.",
    "Le ventilateur doit tourner librement ; le nettoyer avec un pinceau sec.",
    "Une sonde coupée est signalée par le voyant rouge et par un message sur l'écran.",
    "La pompe à chaleur démarre après un délai de trois minutes afin de protéger le compresseur, même si le thermostat demande de la chaleur.",
    "Vérifier que la pression du circuit reste entre un et deux bars à froid.",
    "En cas de doute, prévenir le service après-vente et noter le numéro de série.",
    "Serrer chaque borne avec une clé dynamométrique réglée à trois newtons-mètres.",
)
CODES = (
    ("567", "Défaut d'isolement du champ", "Contrôler chaque connecteur du toit, puis les câbles"),
    ("102", "Tension du réseau trop élevée", "Mesurer la tension au disjoncteur"),
    ("103", "Tension du réseau trop faible", "Contrôler la section du câble d'alimentation"),
    ("301", "Surchauffe de l'étage de puissance", "Dégager les grilles et nettoyer le ventilateur de l'appareil"),
    ("302", "Ventilateur bloqué", "Nettoyer, puis remplacer le ventilateur"),
    ("401", "Sonde extérieure coupée ou en court-circuit", "Contrôler le connecteur de la sonde, puis la remplacer"),
)  # fmt: skip
HEAD = ("Code", "Description", "Remède")


def prose(number: int) -> str:
    return f"Point {number}. {' '.join(ADVICE[(number * 3 + k) % 7] for k in range(1 + number % 3))}"


def _page() -> FPDF:
    paper = FPDF()
    paper.core_fonts_encoding = "cp1252"
    paper.add_page()
    paper.set_font("Helvetica", size=10)
    return paper


def _columns(count: int, align: str = "L") -> bytes:
    paper = _page()
    paper.cell(0, 8, "Mise en service de l'onduleur", new_x="LMARGIN", new_y="NEXT")
    paper.set_auto_page_break(True, 150)
    with paper.text_columns(ncols=count, gutter=7, text_align=align) as columns:
        for number in range(14):
            columns.write(prose(number) + "\n\n")
    return bytes(paper.output())


def _one_column() -> bytes:
    return papers.pdf("\n\n".join(prose(number) for number in range(8)))


def _table() -> bytes:
    lines = [HEAD, ("---", "---", "---"), *CODES]
    return papers.pdf("\n".join(f"|{'|'.join(row)}|" for row in lines), layout="aligned")  # fmt: skip


def _ruled() -> bytes:
    paper = _page()
    widths = (20, 80, 90)
    with paper.table(text_align="LEFT", v_align="T", line_height=5, col_widths=widths) as table:  # fmt: skip
        for row in (HEAD, *CODES):
            drawn = table.row()
            for cell in row:
                drawn.cell(cell)
    return bytes(paper.output())


def _beside(width: int, codes: list[str]) -> bytes:
    """Codes, or messages, and what they mean in a second column, of several lines each."""
    paper = _page()
    for number, code in enumerate(codes):
        top = paper.get_y()
        paper.multi_cell(width - 4, 5, code, align="L", new_x="LMARGIN", new_y="NEXT")
        lower = paper.get_y()
        paper.set_xy(10 + width, top)
        text = prose(number).partition(". ")[2]
        paper.multi_cell(0, 5, text, align="L", new_x="LMARGIN", new_y="NEXT")
        paper.set_y(max(paper.get_y(), lower) + 2)
    return bytes(paper.output())


LISTED = [f"E{number}" for number in range(10, 22)]
MESSAGES = [f"{code} {CODES[n % 6][1]}, à voir dans le menu" for n, code in enumerate(LISTED)]  # fmt: skip

PAGES: dict[str, Callable[[], bytes]] = {
    "one-column": _one_column,
    "two-columns": lambda: _columns(2),
    "justified": lambda: _columns(2, "J"),
    "three-columns": lambda: _columns(3),
    "table": _table,
    "ruled": _ruled,
    "codes": lambda: _beside(25, LISTED),
    "messages": lambda: _beside(75, MESSAGES),
}
TURNED = (
    ("two-columns", 2),
    ("two-columns", -2),
    ("two-columns", 180),
    ("table", 2),
    ("table", -2),
    ("table", 90),
    ("codes", 270),
)
SCANS = [(name, 0) for name in PAGES] + list(TURNED)


def scan(name: str, degrees: int = 0) -> Image.Image:
    """The page as a picture, lain on the glass *degrees* counterclockwise."""
    page = pypdfium2.PdfDocument(PAGES[name]())[0]
    picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=degrees % 90 == 0, fillcolor=255)  # fmt: skip


def png(picture: Image.Image) -> bytes:
    whole = BytesIO()
    picture.save(whole, "PNG", compress_level=1)
    return whole.getvalue()


def blank(degrees: int) -> bytes:
    """A picture of the size of a scan, where a `Tesseract` that saw it before is asked."""
    size = A4[::-1] if degrees in {90, 270} else A4
    return png(Image.new("L", size, 255))


def recording(name: str, degrees: int) -> Path:
    return RECORDINGS / f"{name}{degrees or ''}.tsv"


def replaying(folder: Path, recordings: dict[int, Path]) -> str:
    """A PATH on which Tesseract says what it saw before, by the width of the picture that it is given."""
    for width, path in recordings.items():
        (folder / f"{width}.tsv").symlink_to(path)
    program = folder / "tesseract"
    program.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = --list-langs ]; then echo fra; exit; fi\n'
        f'read -r _ width _; cat > /dev/null; cat "{folder}/$width.tsv"\n'
    )
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def main() -> None:
    for name, degrees in SCANS:
        done = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", "fra", "--dpi", str(DPI), "--psm", "1", "tsv"],
            input=png(scan(name, degrees)),
            stdout=subprocess.PIPE,
            check=True,
        )  # fmt: skip
        recording(name, degrees).write_bytes(done.stdout)


if __name__ == "__main__":
    main()
