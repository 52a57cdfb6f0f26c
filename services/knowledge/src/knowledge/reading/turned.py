"""A page as it is looked at: wide tables stand on pages that are turned by a quarter, in files of upright ones."""

from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]  # it has no types

Box = tuple[float, float, float, float]


class View(NamedTuple):
    """
    Turns boxes of a page's own space, (left, bottom, right, top), to ``(left, top, right, bottom)`` as seen.

    Args:
        degrees: By which the page is turned clockwise: 0, 90, 180 or 270.
        width: As seen, in points.
        height: As seen, in points.
        left, bottom: The corner of what is seen, in the page's own space: not 0, 0 where the page is cropped.

    Source: PDF 32000-1:2008, 7.7.3.3, ``Rotate``.
    """

    degrees: int
    width: float
    height: float
    left: float = 0.0
    bottom: float = 0.0

    @staticmethod
    def of(page: pypdfium2.PdfPage) -> "View":
        width, height = page.get_size()
        left, bottom, _, _ = page.get_bbox()
        return View(page.get_rotation(), width, height, left, bottom)

    @property
    def sideways(self) -> bool:
        return self.degrees in {90, 270}

    def box(self, own: Box) -> Box:
        left, right = own[0] - self.left, own[2] - self.left
        bottom, top = own[1] - self.bottom, own[3] - self.bottom
        match self.degrees:
            case 90:
                return bottom, left, top, right
            case 180:
                return self.width - right, bottom, self.width - left, top
            case 270:
                return (
                    self.width - top,
                    self.height - right,
                    self.width - bottom,
                    self.height - left,
                )
            case _:
                return left, self.height - top, right, self.height - bottom
