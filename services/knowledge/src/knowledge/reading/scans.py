"""Pictures of text, read by Tesseract where it is installed."""

import os
import shutil
import subprocess
from dataclasses import replace
from functools import partial

import pypdfium2  # type: ignore[import-untyped]  # it has no types
from PIL import Image, ImageFilter

from knowledge.parent import end_with_parent
from knowledge.reading.columns import reading_order
from knowledge.reading.pieces import Piece
from knowledge.reading.ruled import Grid, grids
from knowledge.reading.seen import SIZE, Seen, seen_on
from knowledge.reading.strokes import straightened, strokes
from knowledge.reading.turned import Box

DPI = 300
PAGE_TIMEOUT_S = 120
MOST_SLOW = 3
"""Pages that take too long before any was read: no other is tried, of 15 the document would be refused after half an hour."""
LEVEL_SLOPE = 0.005
"""A third of a degree; a page that lies more askew is straightened and looked at again."""
_TABLE = "\0"
SOFTENED_PX = 0.8
"""The grain of an old copy cost one word in eight; softened, one in thirty, and a clean page none."""
_POINTS_PER_INCH = 72

MISSING = (
    "Tesseract is not installed, so pictures of text are not read; "
    "install the packages tesseract-ocr and tesseract-ocr-fra"
)


class Scanner:
    """
    Reads pages that are pictures.

    ``unread`` counts the pages that were skipped because Tesseract is not there; ``given_up`` has the numbers of those
    that it gave up on, or that were not tried after `MOST_SLOW`, and ``why`` what was said of the last.
    """

    def __init__(self, timeout_s: float = PAGE_TIMEOUT_S) -> None:
        self._program = shutil.which("tesseract")
        self._timeout_s = timeout_s
        self._slow = 0
        self._has_read = False
        self.unread = 0
        self.given_up: list[int] = []
        self.why = ""

    def page(
        self, page: pypdfium2.PdfPage, number: int
    ) -> tuple[list[Piece], list[Box]]:
        """Read page *number* of a PDF, as `picture` does."""
        if self._program is None:
            self.unread += 1
            return [], []
        bitmap = page.render(scale=DPI / _POINTS_PER_INCH, grayscale=True)
        return self.picture(bitmap.to_pil(), number)

    def picture(self, grey: Image.Image, number: int) -> tuple[list[Piece], list[Box]]:
        """Read page *number*: its text in order, and the strokes on it; nothing where Tesseract is not there or gives up."""
        if self._program is None:
            self.unread += 1
            return [], []
        if not self._has_read and self._slow == MOST_SLOW:
            self.given_up.append(number)
            return [], []
        try:
            found = _read(grey, self._program, self._timeout_s)
        except subprocess.CalledProcessError as error:
            told = error.stderr.decode("utf-8", "replace").strip()
            self.why = told[-200:] or f"it ended with status {error.returncode}"
        except subprocess.TimeoutExpired:
            self.why = f"it took more than {self._timeout_s:g} s"
            self._slow += 1
        else:
            self._has_read = True
            return found
        self.given_up.append(number)
        return [], []


def _read(
    grey: Image.Image, program: str, timeout_s: float
) -> tuple[list[Piece], list[Box]]:
    seen = _look(grey, program, timeout_s)
    upright = straightened(grey, seen.degrees, seen.slope)
    if abs(seen.slope) > LEVEL_SLOPE:  # drawn tables lose words on a slope
        seen = _look(upright, program, timeout_s)
        upright = straightened(upright, seen.degrees, seen.slope)
    drawn = strokes(upright)
    scale = seen.scale
    boxes = [
        (left * scale, top * scale, right * scale, bottom * scale)
        for left, top, right, bottom in drawn
    ]
    return _in_order(seen.pieces(drawn), grids(boxes)), boxes


def _look(grey: Image.Image, program: str, timeout_s: float) -> Seen:
    command = [program, "stdin", "stdout", "-l", _language(program)]
    # 1: it finds columns, slopes and which side is up; the tables that it takes apart are put together by us.
    command += ["--dpi", str(DPI), "--psm", "1", "tsv"]
    head = f"P5 {grey.width} {grey.height} 255\n".encode()
    soft = grey.filter(ImageFilter.GaussianBlur(SOFTENED_PX))
    done = subprocess.run(  # noqa: S603 - the program is found on PATH, no shell
        command,
        input=head + soft.tobytes(),
        capture_output=True,
        timeout=timeout_s,
        check=True,
        preexec_fn=partial(end_with_parent, os.getpid()),
    )
    tsv = done.stdout.decode("utf-8", "replace")
    return seen_on(tsv, grey.width, grey.height)


def _in_order(pieces: list[Piece], tables: list[Grid]) -> list[Piece]:
    """Put *pieces* in order, each drawn table as one of them: its cells are no columns of prose."""
    held: list[list[Piece]] = [[] for _ in tables]
    flow: list[Piece] = []
    for piece in pieces:
        places = (place for place, grid in enumerate(tables) if grid.place(piece))
        inside = next(places, None)
        (flow if inside is None else held[inside]).append(piece)
    for number, grid in enumerate(tables):
        box = grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1]
        flow.append(Piece(f"{_TABLE}{number}{_TABLE}", *box, SIZE))
    ordered: list[Piece] = []
    for piece in reading_order(flow):
        for place, part in enumerate(piece.text.split(_TABLE)):
            if place % 2:
                ordered += held[int(part)]
            elif part.strip():
                ordered.append(replace(piece, text=part.strip()))
    return ordered


def _language(program: str) -> str:
    known = subprocess.run(  # noqa: S603 - as above
        [program, "--list-langs"], capture_output=True, check=True
    ).stdout.split()
    return "fra" if b"fra" in known else "eng"
