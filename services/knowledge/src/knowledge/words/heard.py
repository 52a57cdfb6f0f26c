"""Names and words that a voice wrote as others that sound like them: ``éco dan`` is *Ecodan*, ``sous pape`` *soupape*."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Final

from rapidfuzz.distance.DamerauLevenshtein import distance
from rapidfuzz.process import extractOne

from knowledge.words.devices import device_names
from knowledge.words.dictated import is_number
from knowledge.words.sounds import sound

MOST_WORDS: Final = 4
"""No name is heard as more of them; *vite au cal* are three."""
MIN_WORD_CHARS: Final = 6

_SIDE_BY_SIDE = re.compile(r"(?<![a-z0-9])[a-z]+(?:[ '-][a-z]+)+(?![a-z0-9])")
_BETWEEN = re.compile(r"([ '-])")
_MIN_NAME_SOUND: Final = 4
_MIN_WORD_SOUND: Final = 5
"""What is shorter sounds like too much else."""
_ELIDED: Final = frozenset("cdjlmnst")
_VOWELS: Final = "aeiouy"
"""Behind one of them nothing is silent: *envoyé* is no *Envoy*."""

_Run = tuple[int, int, str]
"""Words side by side, from the first place to before the end, and what they sound like together."""


class Heard:
    """
    Writes what was heard.

    Args:
        held: The words that documents have.
        words: Theirs, by their sound.
        brands: Names besides those that are built in.
    """

    def __init__(
        self,
        held: Container[str],
        words: Mapping[str, Sequence[str]],
        brands: Iterable[str] = (),
    ) -> None:
        self._words = words
        self._names: Mapping[str, str] = {**_built_in(), **_by_sound(brands)}
        self._there: defaultdict[str, list[str]] = defaultdict(list)
        """How the names sound whose words documents have, by their first sound."""
        for heard, name in self._names.items():
            if all(word in held for word in name.split()):
                self._there[heard[:1]].append(heard)

    def written(self, text: str, strange: Container[str]) -> str:
        """Write the names and words of *text*, a folded question, of which a *strange* word is part, that were heard as others."""
        return _SIDE_BY_SIDE.sub(lambda said: self._said(said[0], strange), text)

    def _said(self, text: str, strange: Container[str]) -> str:
        parts = _BETWEEN.split(text)
        words, done = parts[::2], 0
        for place, word in enumerate(words):
            if place < done or word not in strange:
                continue
            runs = [
                run
                for run in _runs(words, place, done)
                if parts[2 * run[1] - 1 : 2 * run[1]] != ["'"]
            ]
            for heard_as, (first, end, heard) in product(
                (self._name, self._nearly), runs
            ):
                if name := heard_as(words[first:end], heard):
                    rest = [""] * (2 * (end - first) - 2)
                    parts[2 * first : 2 * end - 1] = [name, *rest]
                    done = end
                    break
        return "".join(parts)

    def _name(self, said: Sequence[str], heard: str) -> str:
        """The name or the word that sounds as *said* does; "" for none."""
        name = self._names.get(heard, "")
        words = self._words.get(heard, ())
        if len(heard) < _MIN_NAME_SOUND or not (name or words):
            return ""
        long = len(heard) >= _MIN_WORD_SOUND
        if len(said) == 1:
            return name if long and not words else ""
        if name or not long or said[0] in _ELIDED:
            return name
        return next((word for word in words if len(word) >= MIN_WORD_CHARS), "")

    def _nearly(self, said: Sequence[str], heard: str) -> str:
        """The name of the documents that sounds as *said* does but for one letter, not the first: ``alfred a`` is *Alfea*."""
        if len(said) == 1 or len(heard) < _MIN_WORD_SOUND:
            return ""
        there = self._there.get(heard[:1], ())
        near = extractOne(heard, there, scorer=distance, score_cutoff=1)
        return self._names[near[0]] if near else ""


def _runs(words: Sequence[str], place: int, done: int) -> list[_Run]:
    """The words side by side that have the one at *place* and none before *done*, the longest first; not those that sound like it alone."""
    low = max(done, place - MOST_WORDS + 1)
    sounds = [_unless_number(word) for word in words[low : place + MOST_WORDS]]
    alone = sounds[place - low]
    runs = []
    for first in range(low, place + 1):
        heard = ""
        for end, one in enumerate(sounds[first - low :][:MOST_WORDS], first + 1):
            if not one:
                break
            heard += one[1:] if heard.endswith(one[0]) else one
            if end > place and (heard != alone or end == first + 1):
                runs.append((first, end, heard))
    return sorted(runs, key=lambda run: run[0] - run[1])


@lru_cache(maxsize=1 << 12)
def _unless_number(word: str) -> str:
    return "" if is_number(word) else sound(word)


@cache
def _built_in() -> Mapping[str, str]:
    return _by_sound(device_names())


def _by_sound(names: Iterable[str]) -> dict[str, str]:
    """*names* by their sound, with a consonant at their end silent and said (*Fronius*); in the words that they are written in."""
    sounding: dict[str, str] = {}
    for name in sorted(names, key=lambda name: " " not in name):
        whole = name.replace(" ", "")
        if whole.isalpha():
            sounding.setdefault(sound(whole), name)
            if whole[-1] not in _VOWELS:
                sounding.setdefault(sound(f"{whole}e"), name)
    return sounding
