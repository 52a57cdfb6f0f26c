"""Text on a PDF's page that nobody who looks at it sees (docs/decisions/0310)."""

import ctypes
from functools import cached_property
from typing import Final

import pypdfium2  # type: ignore[import-untyped]  # it has no types
from pypdfium2 import raw

from knowledge.reading.turned import Box, View

MIN_SIZE_PT: Final = 1.0
LIGHT: Final = 200
"""Of 255: lighter text is looked for on the page, as drawn; so is what is more than three quarters transparent."""
MIN_CONTRAST: Final = 16
"""Of 255: with less between its lightest and its darkest dot, a place is blank to the eye."""
SCAN_SHARE: Final = 0.5
"""Of a page that pictures cover at least where it is a scan; the text laid over it is meant to be found, not seen."""
MAX_DRAWN_DOTS: Final = 2000
"""A side of the drawn page has at most so many; a page may say that it is 5 m wide."""
_UNDRAWN: Final = frozenset(
    {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}
)


class Sight:
    """What is seen of the text of one page; the page is drawn only where some of it may not be."""

    def __init__(self, page: pypdfium2.PdfPage, view: View) -> None:
        self._page = page
        self._view = view
        self._scale = min(1.0, MAX_DRAWN_DOTS / max(view.width, view.height, 1.0))

    def sees(
        self, text: pypdfium2.PdfTextPage, index: int | None, place: Box, size: float
    ) -> bool:
        """Whether the letter at *index*, and so the text in its *place*, is seen."""
        left, top, right, bottom = place
        outside = (
            right <= 0
            or bottom <= 0
            or left >= self._view.width
            or top >= self._view.height
        )
        if outside or size < MIN_SIZE_PT:
            return False
        if index is None:
            return True
        drawn = raw.FPDFText_GetTextObject(text, index)
        if raw.FPDFTextObj_GetTextRenderMode(drawn) in _UNDRAWN:
            return self._is_scan
        return not _is_faint(text, index) or self._shows(place)

    @cached_property
    def _is_scan(self) -> bool:
        pictures = self._page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)
        covered = sum(
            (right - left) * (top - bottom)
            for left, bottom, right, top in (one.get_bounds() for one in pictures)
        )
        return bool(covered >= SCAN_SHARE * self._view.width * self._view.height)

    def _shows(self, place: Box) -> bool:
        """Whether anything is to be seen in *place*."""
        rows, width, height = self._drawn
        left, top, right, bottom = (int(side * self._scale) for side in place)
        left, right = max(0, left), min(width, right + 1)
        top, bottom = max(0, top), min(height, bottom + 1)
        dots = b"".join(rows[y][left:right] for y in range(top, bottom))
        return bool(dots) and max(dots) - min(dots) >= MIN_CONTRAST

    @cached_property
    def _drawn(self) -> tuple[list[bytes], int, int]:
        """The page in shades of grey, at most one dot a point."""
        bitmap = self._page.render(scale=self._scale, grayscale=True)
        dots = bytes(memoryview(bitmap.buffer).cast("B"))
        starts = range(0, bitmap.stride * bitmap.height, bitmap.stride)
        rows = [dots[start : start + bitmap.width] for start in starts]
        return rows, bitmap.width, bitmap.height


def _is_faint(text: pypdfium2.PdfTextPage, index: int) -> bool:
    red, green, blue, opaque = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFText_GetFillColor(text, index, red, green, blue, opaque):
        return False
    return opaque.value < 64 or min(red.value, green.value, blue.value) >= LIGHT
