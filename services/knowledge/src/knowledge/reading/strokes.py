"""Strokes on a picture of a page: between the rows and columns of a drawn table."""

import re
from collections.abc import Iterator

from PIL import Image

from knowledge.reading.turned import Box

CELLS = 100
"""The page is looked at in so many steps; a letter is dark in none of them from end to end."""
_DARK = re.compile(rb"[\xc8-\xff]{5,}")

MIN_SLOPE = 0.0005
_UPRIGHT = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""By how much a page is to be turned clockwise; Pillow turns the other way."""


def straightened(grey: Image.Image, degrees: int, slope: float) -> Image.Image:
    """The picture upright, and level where its lines go down by *slope*."""
    upright = grey.transpose(_UPRIGHT[degrees]) if degrees else grey
    if abs(slope) < MIN_SLOPE:
        return upright
    back = (1, -slope, 0, slope, 1, 0)
    return upright.transform(upright.size, Image.Transform.AFFINE, back, fillcolor=255)


def strokes(grey: Image.Image) -> list[Box]:
    """The boxes (left, top, right, bottom) of what is drawn straight across or down, in pixels."""
    dark = grey.point(lambda light: 255 if light < 140 else 0)
    down = dark.transpose(Image.Transpose.TRANSPOSE)
    return [
        *_across(dark),
        *((top, left, bottom, right) for left, top, right, bottom in _across(down)),
    ]


def _across(dark: Image.Image) -> Iterator[Box]:
    steps = dark.resize((CELLS, dark.height), Image.Resampling.BOX).tobytes()
    step = dark.width / CELLS
    for y in range(dark.height):
        for run in _DARK.finditer(steps, y * CELLS, (y + 1) * CELLS):
            # A stroke ends within a step, which is not dark from end to end then.
            left, right = run.start() - y * CELLS - 1, run.end() - y * CELLS + 1
            yield left * step, y, right * step, y + 1
