"""The words and labels that the indexed documents hold, and how rare each is."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from knowledge.index.passages import Passage
from knowledge.words.devices import is_brand
from knowledge.words.folding import words_of
from knowledge.words.lexical import tokens, words_besides
from knowledge.words.spelling import Spelling

DEVICE_SHARE = 2
"""What is a model in more than so many passages for each that has it as a code is a device: a report mentions EM-2."""

_LETTERED = re.compile(r"[a-z]{1,3}(\d{1,6})")
_PART_CODE = re.compile(r"([a-z]{4,})\d+")


class Meant(NamedTuple):
    """What a word of a question was meant to be: a known one, if one is near; its tokens, each with its rarity."""

    word: str
    tokens: tuple[tuple[int, float], ...]


class Vocabulary:
    """
    All words, with the number of passages that hold each. Not changed once made: a new one takes its place.

    Args:
        passages: How many there are.
        counts: By folded word, or by label (``code:567``).

    ``codes``, ``models`` and ``makes`` (brands) are those of the labels; ``brands`` the makes that are not built in: a tag's.
    ``rarest`` is the rarity of a word that no document has.
    """

    def __init__(self, passages: int, counts: Mapping[str, int]) -> None:
        self.passages = passages
        self._passages = max(1, passages)
        self.codes = frozenset(
            code
            for code in _labelled("code", counts)
            if counts.get(f"model:{code}", 0) <= DEVICE_SHARE * counts[f"code:{code}"]
        )
        self.guessed = frozenset(
            code
            for code in self.codes
            if counts.get(f"guessed:{code}", 0) == counts[f"code:{code}"]
        )
        """Written as codes are, and nowhere called so (docs/decisions/0311)."""
        self.lettered: dict[str, list[str]] = {}
        """The codes of letters and a number, by the number alone, for who left the letters out."""
        for code in sorted(self.codes):
            if parts := _LETTERED.fullmatch(code):
                self.lettered.setdefault(parts[1], []).append(code)
        self.parts = frozenset(
            parts[1] for code in self.codes if (parts := _PART_CODE.fullmatch(code))
        )
        """Which have codes of their own: *erreur inverter 6*."""
        self.models = _labelled("model", counts)
        self.makes = _labelled("brand", counts)
        self.brands = tuple(name for name in self.makes if not is_brand(name))
        self._words = {word: n for word, n in counts.items() if ":" not in word}
        by_token: Counter[int] = Counter()
        for word, n in self._words.items():
            for token in tokens(word):
                by_token[token] += n
        self.rarest = self._rarity(0)
        self._rarities = {token: self._rarity(n) for token, n in by_token.items()}
        self._spelling = Spelling(self._words, self._rarities.keys())
        # Questions repeat most of their words.
        self.meant = lru_cache(maxsize=1 << 14)(self._look_up)

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def rarity(self, token: int) -> float:
        """The inverse document frequency of a token, as Qdrant counts it; highest for one that nothing holds."""
        return self._rarities.get(token, self.rarest)

    def _rarity(self, passages: int) -> float:
        count = min(passages, self._passages)
        return math.log((self._passages - count + 0.5) / (count + 0.5) + 1)

    def mended(self, word: str) -> str:
        """The known word that *word* (folded) was meant to be; *word* itself when it is known or nothing is near."""
        return self.meant(word).word

    def _look_up(self, word: str) -> Meant:
        meant = self._spelling.mended(word)
        return Meant(
            meant, tuple((token, self.rarity(token)) for token in tokens(meant))
        )


def _labelled(kind: str, counts: Mapping[str, int]) -> frozenset[str]:
    start = f"{kind}:"
    return frozenset(
        name.removeprefix(start) for name in counts if name.startswith(start)
    )


def counted(passages: Iterable[Passage]) -> Counter[str]:
    """Count in how many of *passages* each word and each label stands."""
    counts: Counter[str] = Counter()
    for passage in passages:
        text = passage.searched_words
        counts.update({*words_of(text), *words_besides(text)})
        counts.update(
            name
            for name in passage.labels
            if name.startswith(("code:", "guessed:", "model:", "brand:"))
        )
    return counts
