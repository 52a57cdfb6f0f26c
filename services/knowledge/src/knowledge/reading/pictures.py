"""Picture files as pages of grey pixels: what a scanner, a phone or a screen makes."""

from collections.abc import Iterator
from pathlib import Path

import pi_heif  # type: ignore[import-untyped]  # it has no types
from PIL import Image, ImageOps, UnidentifiedImageError

from knowledge.reading.blocks import Unreadable
from knowledge.reading.refusals import damaged

_MANY_PAGES = frozenset({"TIFF"})
"""In other formats a second picture is a film's, or a thumbnail."""
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError)
"""What Pillow raises of files that are none, as its documentation and its plugins have it."""


class Picture:
    """
    One open picture file.

    Raises:
        Unreadable: It is damaged, or too large.
    """

    def __init__(self, path: Path) -> None:
        pi_heif.register_heif_opener()
        try:
            self._file = Image.open(path)
        except Image.DecompressionBombError as error:
            raise Unreadable(
                f"The picture is too large; send it smaller: {error}"
            ) from error
        except UnidentifiedImageError as error:  # it would name a file of ours
            raise damaged("The picture", "nothing of it is known") from error
        except _DAMAGED as error:
            raise damaged("The picture", error) from error
        many = self._file.format in _MANY_PAGES
        self.pages: int = getattr(self._file, "n_frames", 1) if many else 1

    def __iter__(self) -> Iterator[Image.Image]:
        """Each page as it is looked at: turned as the phone was held, on white."""
        with self._file:
            for number in range(self.pages):
                yield self._page(number)

    def _page(self, number: int) -> Image.Image:
        try:
            self._file.seek(number)
            return _grey(ImageOps.exif_transpose(self._file))
        except Image.DecompressionBombError as error:
            raise Unreadable(
                f"The picture is too large; send it smaller: {error}"
            ) from error
        except _DAMAGED as error:
            raise damaged("The picture", error) from error


def _grey(page: Image.Image) -> Image.Image:
    if page.mode.startswith("I"):  # 16 bits, of which Pillow would keep the wrong ones
        return page.convert("I").point(lambda light: light / 256).convert("L")
    if page.has_transparency_data:
        coloured = page.convert("RGBA")
        white = Image.new("RGBA", page.size, "white")
        return Image.alpha_composite(white, coloured).convert("L")
    return page.convert("L")
