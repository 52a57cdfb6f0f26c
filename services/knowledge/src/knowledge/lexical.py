"""Words as sparse vectors: BM25 over French stems, accents folded, so that *réglé* and *regler* meet."""

from dataclasses import dataclass
from typing import Final

from qdrant_edge import Bm25, Bm25Config

AVERAGE_WORDS: Final = 60.0
"""The length at which a passage is neither favoured nor held back, in words without stop words."""

_bm25 = Bm25(
    Bm25Config(language="french", ascii_folding=True, avg_len=AVERAGE_WORDS, b=0.5)
)


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Token ids, and the weight of each."""

    indices: list[int]
    values: list[float]


def passage_words(text: str) -> SparseVector:
    """Weigh the words of a passage; the inverse document frequency is Qdrant's to multiply in."""
    vector = _bm25.embed_document(text)
    return SparseVector(vector.indices, vector.values)


def question_words(text: str) -> SparseVector:
    """Give each word of a question the weight 1."""
    vector = _bm25.embed_query(text)
    return SparseVector(vector.indices, vector.values)
