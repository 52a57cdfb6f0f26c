"""Strokes on a picture of a page: between the rows and columns of a drawn table."""

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageFilter

from knowledge.reading.turned import Box

LENGTH = 0.036
"""Of the page's shorter side: no letter is dark that far from end to end."""
WHOLE = 0.93
"""Of a stroke's pixels so many are dark, at least; the others are specks of an old copy."""
INK = 0.75
"""Of the light around it ink has less, faded and in the shadow of a page's fold too."""
_AROUND = 4
"""So many pixels are one where the light around is looked for."""
_BAND = 256
"""So many rows are looked at together."""

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
    length = max(8, round(LENGTH * min(grey.size)))
    around = grey.reduce(_AROUND).filter(ImageFilter.MaxFilter(5))
    limit = around.point(lambda light: INK * light).resize(
        grey.size, Image.Resampling.BILINEAR
    )
    dark = np.asarray(grey) < np.asarray(limit)
    return [
        *_across(dark, length),
        *((top, left, bottom, right) for left, top, right, bottom in _across(dark.T, length)),
    ]  # fmt: skip


def _across(dark: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]", length: int) -> Iterator[Box]:  # fmt: skip
    for first in range(0, dark.shape[0], _BAND):
        band = dark[first : first + _BAND]
        if band.shape[1] < length:
            return
        sums = np.cumsum(np.pad(band, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
        drawn = sums[:, length:] - sums[:, :-length] >= WHOLE * length
        ends = np.diff(np.pad(drawn, ((0, 0), (1, 1))).astype(np.int8), axis=1)
        begun, ended = np.nonzero(ends == 1), np.nonzero(ends == -1)
        for y, left, right in zip(*map(np.ndarray.tolist, (*begun, ended[1])), strict=True):  # fmt: skip
            yield left, first + y, right - 1 + length, first + y + 1
