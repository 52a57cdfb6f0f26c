"""Pictures of text, read by Tesseract where it is installed."""

import os
import shutil
import subprocess
from functools import partial

import pypdfium2  # type: ignore[import-untyped]  # it has no types
from PIL import Image

from knowledge.parent import end_with_parent
from knowledge.reading.blocks import Unreadable
from knowledge.reading.columns import reading_order
from knowledge.reading.pieces import Piece
from knowledge.reading.seen import Seen, seen_on
from knowledge.reading.strokes import straightened, strokes
from knowledge.reading.turned import Box

DPI = 300
PAGE_TIMEOUT_S = 120
LEVEL_SLOPE = 0.005
"""A third of a degree; a page that lies more askew is straightened and looked at again."""
_POINTS_PER_INCH = 72

MISSING = (
    "Tesseract is not installed, so pictures of text are not read; "
    "install the packages tesseract-ocr and tesseract-ocr-fra"
)


class Scanner:
    """
    Reads pages that are pictures.

    ``unread`` counts the pages that were skipped because Tesseract is not there.
    """

    def __init__(self) -> None:
        self._program = shutil.which("tesseract")
        self.unread = 0

    def page(
        self, page: pypdfium2.PdfPage, number: int
    ) -> tuple[list[Piece], list[Box]]:
        """Read page *number*; nothing of it where Tesseract is not installed."""
        if self._program is None:
            self.unread += 1
            return [], []
        bitmap = page.render(scale=DPI / _POINTS_PER_INCH, grayscale=True)
        return self.picture(bitmap.to_pil(), f"page {number}")

    def picture(self, grey: Image.Image, what: str) -> tuple[list[Piece], list[Box]]:
        """
        Read one picture: its text in order, and the strokes on it.

        Raises:
            Unreadable: Tesseract is not installed or gives up.
        """
        seen = self._look(grey, what)
        upright = straightened(grey, seen.degrees, seen.slope)
        if abs(seen.slope) > LEVEL_SLOPE:  # drawn tables lose words on a slope
            seen = self._look(upright, what)
            upright = straightened(upright, seen.degrees, seen.slope)
        scale = seen.scale
        boxes = [
            (left * scale, top * scale, right * scale, bottom * scale)
            for left, top, right, bottom in strokes(upright)
        ]
        return reading_order(seen.pieces), boxes

    def _look(self, grey: Image.Image, what: str) -> Seen:
        if self._program is None:
            raise Unreadable(f"{MISSING}, then send the picture again.")
        command = [self._program, "stdin", "stdout", "-l", _language(self._program)]
        # 1: it finds columns, slopes and which side is up; the tables that it takes apart are put together by us.
        command += ["--dpi", str(DPI), "--psm", "1", "tsv"]
        head = f"P5 {grey.width} {grey.height} 255\n".encode()
        try:
            done = subprocess.run(  # noqa: S603 - the program is found on PATH, no shell
                command,
                input=head + grey.tobytes(),
                capture_output=True,
                timeout=PAGE_TIMEOUT_S,
                check=True,
                preexec_fn=partial(end_with_parent, os.getpid()),
            )
        except subprocess.CalledProcessError as error:
            told = error.stderr.decode("utf-8", "replace").strip()[-200:]
            raise Unreadable(f"Tesseract cannot read {what}: {told}") from error
        except subprocess.TimeoutExpired as error:
            raise Unreadable(
                f"Tesseract took more than {PAGE_TIMEOUT_S} s for {what}."
            ) from error
        tsv = done.stdout.decode("utf-8", "replace")
        return seen_on(tsv, grey.width, grey.height)


def _language(program: str) -> str:
    known = subprocess.run(  # noqa: S603 - as above
        [program, "--list-langs"], capture_output=True, check=True, text=True
    ).stdout.split()
    return "fra" if "fra" in known else "eng"
