"""Passages and their vectors in the words of Qdrant Edge."""

from typing import Any

from qdrant_edge import FieldCondition, Filter, MatchValue
from qdrant_edge import Point as EdgePoint
from qdrant_edge import SparseVector as EdgeSparseVector

from knowledge.index.passages import DENSE, LABELS, WORDS, Point, label
from knowledge.words.lexical import SparseVector


def edge_point(point: Point) -> EdgePoint:
    vectors: dict[str, Any] = {
        WORDS: EdgeSparseVector(point.words.indices, point.words.values)
    }
    if point.dense:
        vectors[DENSE] = point.dense
    return EdgePoint(point.passage.point_id, vectors, point.passage.payload())


def vectors_of(stored: Any) -> tuple[SparseVector, list[float] | None]:
    """Read the named vectors of one record."""
    words = stored[WORDS]
    return SparseVector(words.indices, words.values), stored.get(DENSE)


def of_version(version: str) -> Filter:
    match = MatchValue(label("version", version))
    return Filter(must=[FieldCondition(key=LABELS, match=match)])
