"""A filled index is read back before it comes into use: what a disk spoilt mostly still opens, and is counted."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Mapping

from knowledge.index.passages import PassageIndex, Point
from knowledge.words.lexical import passage_words

_UNSOUND = -1
_NEARLY = 0.01
"""Vectors are kept in 32 bits."""


async def read_back(index: PassageIndex, *, has_model: bool) -> Mapping[str, list[int]]:
    """
    The positions of the passages that *index* holds of each version, in order: 0, 1, … where all are sound.

    One that has not the vectors of its own text is at -1. 20,000 passages take 2 s.

    Args:
        index: Made by the rules of now.
        has_model: Whether its passages have a dense vector.
    """
    held: defaultdict[str, list[int]] = defaultdict(list)
    async for points in index.scroll():
        sound = await asyncio.to_thread(_sound, points, has_model)
        for point, is_sound in zip(points, sound, strict=True):
            passage = point.passage
            held[passage.version].append(passage.position if is_sound else _UNSOUND)
    return {version: sorted(positions) for version, positions in held.items()}


def _sound(points: list[Point], has_model: bool) -> list[bool]:
    return [
        _has_its_words(point) and _has_its_vector(point, has_model) for point in points
    ]


def _has_its_words(point: Point) -> bool:
    passage = point.passage
    own = passage_words(passage.searched_words, passage.codes)
    return sorted(own.indices) == sorted(point.words.indices)


def _has_its_vector(point: Point, has_model: bool) -> bool:
    if not has_model or point.dense is None:
        return has_model == bool(point.dense)
    return math.isclose(math.hypot(*point.dense), 1, abs_tol=_NEARLY)
