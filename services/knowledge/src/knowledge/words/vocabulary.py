"""The words and labels that the indexed documents hold: how rare each is, and what a mistyped one was meant to be."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.index.passages import Passage
from knowledge.words.devices import is_brand, is_device
from knowledge.words.folding import words_of
from knowledge.words.lexical import joined_words, measures, tokens
from knowledge.words.properties import told_by
from knowledge.words.synonyms import spoken

MIN_MENDED_CHARS = 4
"""Shorter words are too near to one another to be mended."""
DEVICE_SHARE = 2
"""What is a model in more than so many passages for each that has it as a code is a device: a report mentions EM-2."""
LONG_WORD_CHARS = 8
"""From this length two letters may be wrong."""

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"qu|ck|q|c(?![eiyh])", "k"),
        (r"c(?=[eiy])|sc(?=[eiy])", "s"),
        (r"g(?=[eiy])", "j"),
        (r"eau|au", "o"),
        (r"y", "i"),
        (r"[ae]n(?![aeiouy])|[ae]m(?=[bp])", "an"),
        (r"h", ""),
        (r"(.)\1", r"\1"),
        (r"(?<=.{3})(?:es?|s|t|x)$", ""),
    )
)

_LETTERED = re.compile(r"[a-z]{1,3}(\d{1,6})")
_NUMBERED_NAME = re.compile(r"([a-z]{3,})\d")
_ELIDED = re.compile(r"[cdjlmnst][aeiouyh][a-z]{2,}")


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

    ``codes``, ``models`` and ``brands`` are those of the labels; of brands only those that are not built in: a tag's.
    ``rarest`` is the rarity of a word that no document has.
    """

    def __init__(self, passages: int, counts: Mapping[str, int]) -> None:
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
        """Written as codes are, and nowhere called so."""
        self.lettered: dict[str, list[str]] = {}
        """The codes of letters and a number, by the number alone, for who left the letters out."""
        for code in sorted(self.codes):
            if parts := _LETTERED.fullmatch(code):
                self.lettered.setdefault(parts[1], []).append(code)
        self.models = _labelled("model", counts)
        self.brands = tuple(
            name for name in _labelled("brand", counts) if not is_brand(name)
        )
        self._words = {word: n for word, n in counts.items() if ":" not in word}
        # The most frequent first, so that it is the same ones that are near, however they came.
        self._candidates = sorted(
            filter(_is_mended, self._words),
            key=lambda word: (-self._words[word], word),
        )
        self._begun: dict[str, str] = {}
        """By the letters that it begins with, the most frequent name with a number: ``ddsu`` is *DDSU666*."""
        for word in sorted(self._words, key=lambda word: self._words[word]):
            if begins := _NUMBERED_NAME.match(word):
                self._begun[begins[1]] = word
        self._by_sound = _by_sound(self._candidates)
        by_token: Counter[int] = Counter()
        for word, n in self._words.items():
            for token in tokens(word):
                by_token[token] += n
        self.rarest = self._rarity(0)
        self._rarities = {token: self._rarity(n) for token, n in by_token.items()}
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
        meant = self._mended(word)
        return Meant(
            meant, tuple((token, self.rarity(token)) for token in tokens(meant))
        )

    def _mended(self, word: str) -> str:
        if word in self._words or not _is_mended(word):
            return word
        stems = tokens(word)
        if not stems or any(t in self._rarities or t in _said() for t in stems):
            return word  # it says nothing (*vous*), or is another form of a known word
        if whole := self._begun.get(word) or self._elided(word):
            return whole
        nearest = self._nearest(word)
        return self._parted(word) if nearest == word else nearest

    def _elided(self, word: str) -> str:
        """*word* without the article or pronoun glued to it: ``lenvoy`` is *l'envoy*; "" where it has none."""
        rest = word[1:]
        if not _ELIDED.match(word):
            return ""
        known = rest in self._words or is_device(rest)
        return (
            rest if known or not self._rarities.keys().isdisjoint(tokens(rest)) else ""
        )

    def _parted(self, word: str) -> str:
        """*word* as the two words that documents have of it: ``microonduleur`` is *micro-onduleur*."""
        for place in range(MIN_MENDED_CHARS, len(word) - MIN_MENDED_CHARS + 1):
            first, second = word[:place], word[place:]
            if first in self._words and not self._rarities.keys().isdisjoint(
                tokens(second)
            ):
                return f"{first} {second}"
        return word

    def _nearest(self, word: str) -> str:
        """The most frequent of the words that sound the same, else of those that are one or two letters away.

        One that no document has, but is said, only where none sounds the same: ``alumer`` is *allumer*, and *salon* not *salin*.
        """
        near = self._by_sound.get(_sound(word)) or [
            found
            for found, _, _ in process.extract(
                word,
                self._candidates,
                scorer=DamerauLevenshtein.distance,
                score_cutoff=1 if len(word) < LONG_WORD_CHARS else 2,
                limit=8,
            )
        ]
        return max(
            near, key=lambda found: (self._words.get(found, 0), found), default=word
        )


def _labelled(kind: str, counts: Mapping[str, int]) -> frozenset[str]:
    start = f"{kind}:"
    return frozenset(
        name.removeprefix(start) for name in counts if name.startswith(start)
    )


def _is_mended(word: str) -> bool:
    return len(word) >= MIN_MENDED_CHARS and word.isalpha()


def _by_sound(words: Iterable[str]) -> dict[str, list[str]]:
    """*words* by what they sound like; where none does, one that is said though no document has it."""
    sounding: dict[str, list[str]] = {}
    for word in words:
        sounding.setdefault(_sound(word), []).append(word)
    for word in sorted(filter(_is_mended, spoken())):
        sounding.setdefault(_sound(word), [word])
    return sounding


def _sound(word: str) -> str:
    """What *word* sounds like, roughly: ``enfase`` and ``enphase`` are one."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


@cache
def _said() -> frozenset[int]:
    """The tokens of what is said, though no document may have it."""
    return told_by().keys() | {token for word in spoken() for token in tokens(word)}


def counted(passages: Iterable[Passage]) -> Counter[str]:
    """Count in how many of *passages* each word and each label stands."""
    counts: Counter[str] = Counter()
    for passage in passages:
        text = passage.searched_words
        counts.update({*words_of(text), *measures(text), *joined_words(text)})
        counts.update(
            name
            for name in passage.labels
            if name.startswith(("code:", "guessed:", "model:", "brand:"))
        )
    return counts
