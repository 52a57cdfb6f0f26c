"""The words and labels that the indexed documents hold: how rare each is, and what a mistyped one was meant to be."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.folding import words_of
from knowledge.index import Passage
from knowledge.lexical import question_words

MIN_MENDED_CHARS = 4
"""Shorter words are too near to one another to be mended."""


class Vocabulary:
    """
    All words, with the number of passages that hold each. Not changed once made: a new one takes its place.

    Args:
        passages: How many there are.
        counts: By folded word, or by label (``code:567``).
    """

    def __init__(self, passages: int, counts: Mapping[str, int]) -> None:
        self._passages = max(1, passages)
        self._labels = frozenset(word for word in counts if ":" in word)
        self._words = {word: n for word, n in counts.items() if ":" not in word}
        self._candidates = [
            word
            for word in self._words
            if len(word) >= MIN_MENDED_CHARS and word.isalpha()
        ]
        self._by_token: Counter[int] = Counter()
        for word, n in self._words.items():
            for token in question_words(word).indices:
                self._by_token[token] += n
        self._nearest = lru_cache(maxsize=4096)(self._look_up_nearest)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def knows(self, label: str) -> bool:
        """Whether some passage has *label*."""
        return label in self._labels

    def labels(self, kind: str) -> list[str]:
        """The values of all labels of one kind, as the brands."""
        start = f"{kind}:"
        return [
            word.removeprefix(start) for word in self._labels if word.startswith(start)
        ]

    def rarity(self, token: int) -> float:
        """The inverse document frequency of a token, as Qdrant counts it; highest for one that nothing holds."""
        count = min(self._by_token[token], self._passages)
        return math.log((self._passages - count + 0.5) / (count + 0.5) + 1)

    def mended(self, word: str) -> str:
        """The known word that *word* (folded) was meant to be; *word* itself when it is known or nothing is near."""
        if word in self._words or len(word) < MIN_MENDED_CHARS or not word.isalpha():
            return word
        if (
            question_words(word).indices
            and self._by_token[question_words(word).indices[0]]
        ):
            return word  # another form of a known word
        return self._nearest(word)

    def _look_up_nearest(self, word: str) -> str:
        allowed = 1 if len(word) < 6 else 2
        near = process.extract(
            word,
            self._candidates,
            scorer=DamerauLevenshtein.distance,
            score_cutoff=allowed,
            limit=8,
        )
        if not near:
            return word
        best = min(near, key=lambda found: (found[1], -self._words[found[0]], found[0]))
        return str(best[0])


def counted(passages: Iterable[Passage]) -> Counter[str]:
    """Count in how many of *passages* each word and each label stands."""
    counts: Counter[str] = Counter()
    for passage in passages:
        counts.update(set(words_of(passage.searched_words)))
        counts.update(
            name
            for name in passage.labels
            if name.startswith(("code:", "model:", "brand:"))
        )
    return counts
