"""Passages and their vectors in the words of Qdrant Edge."""

from typing import Any

from qdrant_edge import FieldCondition, Filter, MatchValue, Record, ScoredPoint
from qdrant_edge import Point as EdgePoint
from qdrant_edge import SparseVector as EdgeSparseVector

from knowledge.index.damage import Garbled
from knowledge.index.passages import (
    DENSE,
    LABELS,
    WORDS,
    Match,
    Passage,
    Point,
    label,
)
from knowledge.words.lexical import SparseVector

_NEEDED = frozenset({"document_id", "version", "position"})
_KNOWN = frozenset(Passage._fields)


def edge_point(point: Point) -> EdgePoint:
    vectors: dict[str, Any] = {
        WORDS: EdgeSparseVector(point.words.indices, point.words.values)
    }
    if point.dense:
        vectors[DENSE] = point.dense
    return EdgePoint(point.passage.point_id, vectors, point.passage.payload())


def match_of(found: ScoredPoint) -> Match:
    return Match(_payload(found), found.score)


def passage_of(record: Record) -> Passage:
    return Passage.from_payload(_payload(record))


def point_of(record: Record) -> Point:
    """Read a record with its vectors."""
    stored: Any = record.vector
    if WORDS not in stored:
        raise Garbled(f"{record.id} has no words")
    words, passage = stored[WORDS], passage_of(record)
    if str(record.id) != passage.point_id:
        raise Garbled(f"{record.id} holds the passage {passage.point_id}")
    vectors = SparseVector(words.indices, words.values), stored.get(DENSE)
    return Point(passage, *vectors)


def _payload(stored: Record | ScoredPoint) -> dict[str, Any]:
    payload = stored.payload or {}
    if not _NEEDED <= payload.keys() <= _KNOWN:
        raise Garbled(f"{stored.id} is no passage")
    return payload


def of_version(version: str) -> Filter:
    match = MatchValue(label("version", version))
    return Filter(must=[FieldCondition(key=LABELS, match=match)])
