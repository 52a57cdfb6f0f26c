"""What a mistyped word was meant to be, of the words that documents hold and of those that are said."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.words.devices import is_device
from knowledge.words.heard import MIN_WORD_CHARS
from knowledge.words.lexical import tokens
from knowledge.words.properties import told_by
from knowledge.words.sounds import sound
from knowledge.words.synonyms import spoken

MIN_MENDED_CHARS = 4
"""Shorter words are too near to one another to be mended."""
LONG_WORD_CHARS = 8
"""From this length two letters may be wrong."""

_NUMBERED_NAME = re.compile(r"([a-z]{3,})\d")
_ELIDED = re.compile(r"[cdjlmnst][aeiouyh][a-z]{2,}")


class Spelling:
    """
    Mends words.

    Args:
        words: Those that documents hold, folded, each with how many passages have it.
        known: Their tokens.
    """

    def __init__(self, words: Mapping[str, int], known: AbstractSet[int]) -> None:
        self._words = words
        self._known = known
        often = sorted(words, key=lambda word: (-words[word], word))
        # The most frequent first, so that it is the same ones that are near, however they came.
        self._candidates = [word for word in often if _is_mended(word)]
        self.by_sound = _by_sound(self._candidates)
        """Those, and what is said that no document has, by what they sound like."""
        self._begun: dict[str, str] = {}
        """By the letters that it begins with, the most frequent name with a number: ``ddsu`` is *DDSU666*."""
        for word in often:
            if begins := _NUMBERED_NAME.match(word):
                self._begun.setdefault(begins[1], word)

    def strange(self, word: str) -> bool:
        """Whether *word* (folded) says something, in no form that documents have, and sounds like none of theirs."""
        if word in self._words or not word.isalpha() or is_device(word):
            return False
        if word in spoken():
            return False
        stems = tokens(word)
        if not stems or not self._known.isdisjoint(stems):
            return False
        return len(word) < MIN_WORD_CHARS or sound(word) not in self.by_sound

    def mended(self, word: str) -> str:
        """The known word that *word* (folded) was meant to be; *word* itself when it is known or nothing is near."""
        if word in self._words or not _is_mended(word):
            return word
        stems = tokens(word)
        if not stems or any(t in self._known or t in _said() for t in stems):
            return word  # it says nothing (*vous*), or is another form of a known word
        if begun := self._begun.get(word):
            return begun
        if is_device(word):
            return _apart(word)
        if rest := self._elided(word):
            return rest
        return self._nearest(word)

    def _elided(self, word: str) -> str:
        """*word* without the article or pronoun glued to it: ``lenvoy`` is *l'envoy*; "" where it has none."""
        rest = word[1:]
        if not _ELIDED.match(word):
            return ""
        known = rest in self._words or is_device(rest)
        return rest if known or not self._known.isdisjoint(tokens(rest)) else ""

    def _nearest(self, word: str) -> str:
        """
        The most frequent of the words that sound the same, else of those that are one or two letters away.

        One that no document has, but is said, only where none sounds the same: ``alumer`` is *allumer*, and *salon* not *salin*.
        """
        near = self.by_sound.get(sound(word)) or [
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


def _apart(name: str) -> str:
    """*name*, which is listed, as the two words that it may be made of; never another's: *alfen* is no *alfea*."""
    parted = (f"{name[:place]} {name[place:]}" for place in range(1, len(name)))
    return next(filter(is_device, parted), name)


def _is_mended(word: str) -> bool:
    return len(word) >= MIN_MENDED_CHARS and word.isalpha()


def _by_sound(words: Iterable[str]) -> dict[str, list[str]]:
    """*words* by what they sound like; where none does, one that is said though no document has it."""
    sounding: dict[str, list[str]] = {}
    for word in words:
        sounding.setdefault(sound(word), []).append(word)
    for word in sorted(filter(_is_mended, spoken())):
        sounding.setdefault(sound(word), [word])
    return sounding


@cache
def _said() -> frozenset[int]:
    """The tokens of what is said, though no document may have it."""
    return frozenset(
        (*told_by(), *(token for word in spoken() for token in tokens(word)))
    )
