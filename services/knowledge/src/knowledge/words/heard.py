"""Names and words that a voice wrote as others that sound like them: ``vite au cal`` is *Vitocal*, ``sous pape`` *soupape*."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from functools import cache, lru_cache
from typing import Final

from rapidfuzz.distance.DamerauLevenshtein import distance

from knowledge.words.devices import device_names, is_device
from knowledge.words.dictated import is_number
from knowledge.words.folding import words_of
from knowledge.words.sounds import joined, sound

MOST_WORDS: Final = 4
"""No name is heard as more of them; *vite au cal* are three."""
MIN_WORD_CHARS: Final = 6

_SIDE_BY_SIDE = re.compile(r"(?<![a-z0-9])[a-z]+(?:[ '-][a-z]+)+(?![a-z0-9])")
_BETWEEN = re.compile(r"([ '-])")


class Strange(IntEnum):
    """How strange a word of a question is."""

    NO = 0
    """Documents have it, or it says nothing, or it is one of theirs mistyped."""
    BEGINS = 1
    """So too; and one of the names that they have begins like it."""
    FORM = 2
    """They have another form of it."""
    NEAR = 3
    """They have one that is written nearly so."""
    YES = 4


_MIN_WORD_SOUND: Final = {Strange.FORM: 7, Strange.NEAR: 5, Strange.YES: 5}
"""*remet de* is no *remède*, nor *l'évier* a *levier*."""
_MIN_NAME_SOUND: Final = {Strange.FORM: 5, Strange.NEAR: 5, Strange.YES: 4}
_MIN_LONG_SOUND: Final = 6
"""*en phase* is no *Enphase*, *vite aux dents* is *Vitodens*."""
_MIN_SOUND: Final = min(_MIN_NAME_SOUND.values())
_MIN_NEAR_SOUND: Final = 5
"""What is shorter is near to too much else."""
_MIN_BEGIN: Final = 3
_ELIDED: Final = frozenset("cdjlmnst")
_VOWELS: Final = "aeiouy"
"""Behind one of them nothing is silent: *envoyé* is no *Envoy*."""

_Run = tuple[int, int, str]
"""Words side by side, from the first place to before the end; and what they sound like, or what was meant."""
_NONE: Final = (0, 0, "")


class Heard:
    """
    Writes what was heard.

    Args:
        held: Whether documents have a word.
        words: Theirs, by their sound.
        brands: Names besides those that are built in.
    """

    def __init__(
        self,
        held: Callable[[str], bool],
        words: Mapping[str, Sequence[str]],
        brands: Iterable[str] = (),
    ) -> None:
        self._words = words
        self._names: Mapping[str, str] = {**_built_in(), **_by_sound(brands)}
        there = {k: n for k, n in self._names.items() if all(map(held, n.split()))}
        self._long = {k: n for k, n in there.items() if len(k) >= _MIN_LONG_SOUND}
        """The names that documents have, which are heard in words that are known."""
        self._begins = frozenset(
            heard[:end] for heard in self._long for end in range(_MIN_BEGIN, len(heard))
        )
        self._near: dict[str, list[str]] = {}
        """The sounds of the names that documents have, by the first of each."""
        for heard in there:
            if len(heard) >= _MIN_NEAR_SOUND:
                self._near.setdefault(heard[0], []).append(heard)

    def begins(self, word: str) -> Strange:
        """Whether a name that documents have begins like *word*, which is known."""
        begins = _unless_number(word) in self._begins and not is_device(word)
        return Strange.BEGINS if begins else Strange.NO

    def written(self, text: str, strange: Callable[[str], Strange]) -> str:
        """Write the names and words of *text*, a folded question, that were heard as others."""
        if not any(map(strange, words_of(text))):
            return text
        return _SIDE_BY_SIDE.sub(lambda said: self._said(said[0], strange), text)

    def _said(self, text: str, strange: Callable[[str], Strange]) -> str:
        parts = _BETWEEN.split(text)
        words, done = parts[::2], 0
        hows = [strange(word) for word in words]
        for place, how in enumerate(hows):
            if not how or place < done:
                continue
            first, end, name = (
                self._begun(words, place)
                if how is Strange.BEGINS
                else self._meant(words, hows, place, done)
            )
            first, after = 2 * first, 2 * end - 1
            if name and parts[after : after + 1] != ["'"]:
                parts[first:after] = [name, *[""] * (after - first - 1)]
                done = end
        return "".join(parts)

    def _begun(self, words: Sequence[str], place: int) -> _Run:
        """The words from *place* on that sound like a name that documents have, and that."""
        heard = ""
        for end, word in enumerate(words[place : place + MOST_WORDS], place + 1):
            one = _unless_number(word)
            heard = joined(heard, one)
            if one and end > place + 1 and heard in self._long:
                return place, end, self._long[heard]
            if not one or heard not in self._begins:
                break
        return _NONE

    def _meant(
        self, words: Sequence[str], hows: Sequence[Strange], place: int, done: int
    ) -> _Run:
        """The longest run that sounds like a name or a word, and that; else the longest that sounds nearly like a name."""
        how, runs = hows[place], _runs(words, place, done)
        known = [run for run in runs if run[2] in self._names or run[2] in self._words]
        for run in sorted(known, key=_shortness):
            least = _MIN_WORD_SOUND[Strange.FORM if words[run[0]] in _ELIDED else how]
            if name := self._exactly(run, how, least):
                return run[0], run[1], name
        for run in sorted(runs, key=_shortness) if how >= Strange.NEAR else ():
            sure = how is Strange.YES or min(hows[run[0] : run[1]]) is Strange.NEAR
            if sure and run[1] - run[0] > 1 and (near := self._nearly(run[2])):
                return run[0], run[1], near
        return _NONE

    def _exactly(self, run: _Run, how: Strange, least: int) -> str:
        """The name or, from *least* letters of its sound on, the word that sounds like *run*."""
        first, end, heard = run
        name, words = self._names.get(heard, ""), self._words.get(heard, ())
        if end - first == 1:
            own = how < Strange.NEAR or words or len(heard) < _MIN_NEAR_SOUND
            return "" if own else name
        if name and len(heard) >= _MIN_NAME_SOUND[how]:
            return name
        if len(heard) < least:
            return ""
        return next((word for word in words if len(word) >= MIN_WORD_CHARS), "")

    def _nearly(self, heard: str) -> str:
        """The name that sounds like *heard* but for one letter."""
        for name in self._near.get(heard[0], ()):
            close = abs(len(name) - len(heard)) <= 1
            if close and distance(heard, name, score_cutoff=1) <= 1:
                return self._names[name]
        return ""


def _runs(words: Sequence[str], place: int, done: int) -> list[_Run]:
    """Those that have the word at *place* and none before *done*; not those that sound like it alone."""
    low = max(done, place - MOST_WORDS + 1)
    sounds = [_unless_number(word) for word in words[low : place + MOST_WORDS]]
    alone = sounds[place - low]
    runs: list[_Run] = []
    for first in range(low, place + 1):
        heard = ""
        for end, one in enumerate(sounds[first - low :][:MOST_WORDS], first + 1):
            if not one:
                break
            heard = joined(heard, one)
            more = heard != alone or end == first + 1
            if end > place and more and len(heard) >= _MIN_SOUND:
                runs.append((first, end, heard))
    return runs


def _shortness(run: _Run) -> int:
    return run[0] - run[1]


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
