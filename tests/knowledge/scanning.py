"""
Pages as a scanner gives them, and what Tesseract saw on them.

``python -m tests.knowledge.scanning`` records that anew, with the Tesseract that is installed (5.3 last).
"""

import os
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2  # type: ignore[import-untyped]  # it has no types
from PIL import Image, ImageFilter

from knowledge.reading.scans import LEVEL_SLOPE
from knowledge.reading.seen import seen_on
from knowledge.reading.strokes import straightened
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


def _columns(count: int, align: str = "L") -> bytes:
    paper = papers.page()
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
    """Its cells are centred from top to bottom, and nothing but strokes parts the rows."""
    lines = [HEAD, ("---", "---", "---"), *CODES]
    return papers.pdf("\n".join(f"|{'|'.join(row)}|" for row in lines))


def _beside(width: int, codes: list[str]) -> bytes:
    """Codes, or messages, and what they mean in a second column, of several lines each."""
    paper = papers.page()
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
    "worn": _ruled,
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
    ("ruled", 2),
    ("ruled", -1),
    ("ruled", 90),
)
SCANS = [(name, 0) for name in PAGES] + list(TURNED)


def scan(name: str, degrees: int = 0) -> Image.Image:
    """The page as a picture, lain on the glass *degrees* counterclockwise."""
    page = pypdfium2.PdfDocument(PAGES[name]())[0]
    picture: Image.Image = page.render(scale=DPI / 72, grayscale=True).to_pil()
    if name == "worn":
        picture = worn(picture)
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=degrees % 90 == 0, fillcolor=255)  # fmt: skip


def worn(picture: Image.Image) -> Image.Image:
    """As an old copy is: out of focus, faded, grainy, with specks, in the shadow of a fold to one side."""
    chance = np.random.default_rng(5)
    light = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.2)), float)
    light = 255 - (255 - light) * 0.75 - np.linspace(0, 25, light.shape[1])
    light += chance.normal(0, 12, light.shape)
    specks = chance.random(light.shape)
    light[specks < 0.0007], light[specks > 0.9993] = 60, 255
    return Image.fromarray(light.clip(0, 255).astype(np.uint8))


def png(picture: Image.Image) -> bytes:
    whole = BytesIO()
    picture.save(whole, "PNG", compress_level=1)
    return whole.getvalue()


def blank(degrees: int = 0) -> Image.Image:
    """A picture of the size of a scan, where a `Tesseract` that saw it before is asked."""
    return Image.new("L", A4[::-1] if degrees in {90, 270} else A4, 255)


def recording(name: str, degrees: int) -> Path:
    return RECORDINGS / f"{name}{degrees or ''}.tsv"


def leveled(first: Path) -> Path:
    """What was seen when a page that lies askew was straightened."""
    return first.with_name(f"{first.stem}-level.tsv")


def replaying(folder: Path, recordings: dict[int, Path]) -> str:
    """A PATH on which Tesseract says what it saw before, by the width of the picture that it is given."""
    for width, first in recordings.items():
        (folder / f"{width}.tsv").symlink_to(first)
        (folder / f"{width}-again.tsv").symlink_to(leveled(first))
    program = folder / "tesseract"
    program.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = --list-langs ]; then echo fra; exit; fi\n'
        "read -r _ width _; cat > /dev/null\n"
        f'mkdir "{folder}/$width.seen" 2> /dev/null || width=$width-again\n'
        f'cat "{folder}/$width.tsv"\n'
    )
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def look(picture: Image.Image) -> bytes:
    command = f"tesseract stdin stdout -l fra --dpi {DPI} --psm 1 tsv".split()
    return subprocess.run(
        command, input=png(picture), stdout=subprocess.PIPE, check=True
    ).stdout


def main() -> None:
    for name, degrees in SCANS:
        picture = scan(name, degrees)
        first = recording(name, degrees)
        first.write_bytes(look(picture))
        seen = seen_on(first.read_text(), *picture.size)
        if abs(seen.slope) > LEVEL_SLOPE:
            upright = straightened(picture, seen.degrees, seen.slope)
            leveled(first).write_bytes(look(upright))


if __name__ == "__main__":
    main()
