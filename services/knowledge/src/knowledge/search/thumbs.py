"""Which passages helped with which questions, kept in memory so that each search can ask."""

import math
from collections import Counter
from collections.abc import Set as AbstractSet

from knowledge.words.lexical import tokens

LIFT = 0.1
"""The most that thumbs can add to a passage's score; words and meaning add up to about 1, so they never decide alone."""
LIKE = 0.6
"""Questions that share this much of their words (Jaccard) are like each other."""

Words = AbstractSet[int]


class Thumbs:
    """Votes for passages, by the words of the questions that they answered."""

    def __init__(self) -> None:
        self._votes: dict[Words, Counter[str]] = {}
        self._by_word: dict[int, list[Words]] = {}

    def count(self, question: str, digest: str, votes: int) -> None:
        """Add *votes*, 👎 below zero, for the passage of *digest*."""
        words = frozenset(tokens(question))
        if words not in self._votes:
            self._votes[words] = Counter()
            for word in words:
                self._by_word.setdefault(word, []).append(words)
        self._votes[words][digest] += votes

    def lifts(self, question: str) -> dict[str, float]:
        """How much to lift which passages, by their digest, as like questions liked or disliked them."""
        if not self._votes:
            return {}
        words = frozenset(tokens(question))
        lifted: Counter[str] = Counter()
        for known in self._near(words):
            if len(words & known) >= LIKE * len(words | known) > 0:
                lifted.update(self._votes[known])
        return {
            digest: max(-LIFT, min(LIFT, votes * LIFT / 2))
            for digest, votes in lifted.items()
            if votes
        }

    def _near(self, words: Words) -> set[Words]:
        """
        All questions that can be like one of *words*, and some others.

        What shares `LIKE` of the words has at least one of any so many that only the rest is less. The rarest are taken.
        """
        enough = len(words) - math.ceil(LIKE * len(words)) + 1
        by_rarity = sorted(words, key=lambda word: len(self._by_word.get(word, ())))
        return {
            known
            for word in by_rarity[:enough]
            for known in self._by_word.get(word, ())
        }
