"""Passages, points and queries as the tests of an index make them."""

from collections.abc import Iterable
from pathlib import Path

from knowledge.index.edge import EdgeIndex
from knowledge.index.passages import Hit, Match, Passage, Point, Query, label
from knowledge.words.lexical import SparseVector, passage_words, tokens


def read(matches: Iterable[Match]) -> list[Passage]:
    return [Hit.of(match).passage for match in matches]


def passage(position: int, text: str, *labels: str, version: str = "v1") -> Passage:
    named = (label("version", version), label("source", "Notices"), *labels)
    return Passage(
        "doc",
        version,
        position,
        text,
        "Notices",
        "Symo",
        7,
        "Codes",
        named,
        digest=text,
    )


def point(found: Passage, dense: list[float] | None = None) -> Point:
    return Point(
        found, passage_words(found.searched_words, found.codes), dense or [1, 0, 0]
    )


async def closed_index(folder: Path) -> EdgeIndex:
    """An index of one passage in *folder*, that is closed."""
    index = EdgeIndex(folder, 3)
    await index.open()
    await index.upsert([point(passage(1, "isolement"))])
    await index.close()
    return index


def query(text: str, **fields) -> Query:
    words = list(tokens(text))
    asked = SparseVector(words, [1.0] * len(words))
    return Query(words=asked, **({"words_bound": 5.0, "words_weight": 1.0} | fields))
