"""Pictures of text, read by Tesseract where it is installed."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it has no types

from knowledge.parent import end_with_parent
from knowledge.reading.blocks import Unreadable
from knowledge.reading.layout import Piece

DPI = 300
PAGE_TIMEOUT_S = 120
MIN_CONFIDENCE = 30.0
_POINTS_PER_INCH = 72
_WORD_LEVEL = "5"

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

    def page(self, page: pypdfium2.PdfPage, number: int) -> list[Piece]:
        """Read page *number*; nothing of it where Tesseract is not installed."""
        if self._program is None:
            self.unread += 1
            return []
        bitmap = page.render(scale=DPI / _POINTS_PER_INCH, grayscale=True)
        head = f"P5 {bitmap.width} {bitmap.height} 255\n".encode()
        stride = bitmap.stride
        rows = memoryview(bitmap.buffer).cast("B")
        pixels = b"".join(
            bytes(rows[y * stride : y * stride + bitmap.width])
            for y in range(bitmap.height)
        )
        return self._read("stdin", f"page {number}", head + pixels)

    def picture(self, path: Path) -> list[Piece]:
        """
        Read one picture file.

        Raises:
            Unreadable: Tesseract is not installed or does not know the format.
        """
        if self._program is None:
            raise Unreadable(f"{MISSING}, then send the picture again.")
        return self._read(str(path), path.name, None)

    def _read(self, source: str, what: str, picture: bytes | None) -> list[Piece]:
        assert self._program is not None
        command = [self._program, source, "stdout", "-l", _language(self._program)]
        # 4, one column of lines: with Tesseract's own guess (3) a table's columns come apart (seen with 5.3).
        command += ["--dpi", str(DPI), "--psm", "4", "tsv"]
        try:
            done = subprocess.run(  # noqa: S603 - the program is found on PATH, no shell
                command,
                input=picture,
                stdin=subprocess.DEVNULL if picture is None else None,
                capture_output=True,
                timeout=PAGE_TIMEOUT_S,
                check=True,
                preexec_fn=end_with_parent,
            )
        except subprocess.CalledProcessError as error:
            told = error.stderr.decode("utf-8", "replace").strip()[-200:]
            raise Unreadable(f"Tesseract cannot read {what}: {told}") from error
        except subprocess.TimeoutExpired as error:
            raise Unreadable(
                f"Tesseract took more than {PAGE_TIMEOUT_S} s for {what}."
            ) from error
        return _pieces(done.stdout.decode("utf-8", "replace"))


def _language(program: str) -> str:
    known = subprocess.run(  # noqa: S603 - as above
        [program, "--list-langs"], capture_output=True, check=True, text=True
    ).stdout.split()
    return "fra" if "fra" in known else "eng"


def _pieces(tsv: str) -> list[Piece]:
    """Read the words of Tesseract's TSV; its lengths are pixels at `DPI`, ours are points."""
    to_points = _POINTS_PER_INCH / DPI
    pieces = []
    for line in csv.DictReader(
        io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE
    ):
        text = (line["text"] or "").strip()
        if (
            line["level"] != _WORD_LEVEL
            or not text
            or float(line["conf"]) < MIN_CONFIDENCE
        ):
            continue
        left, top, width, height = (
            int(line[name]) * to_points for name in ("left", "top", "width", "height")
        )
        # The height of the letters, not of the font: a line's words differ, so that size says nothing of headings.
        pieces.append(Piece(text, left, top, left + width, top + height, 10.0))
    return pieces
