"""
What a question or a document is about: a kind of device, past faults, or what to do about one. Who asks of *la borne* wants a charger's manual.

Why so: docs/decisions/0312-kinds-of-devices.md
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from knowledge.words.folding import words_of
from knowledge.words.lexical import word_tokens

REPORT = "report"
"""The kind of what was done about past faults, of whichever device."""
FAULT = "fault"
"""The kind of what a manual says to do about faults; a question is of it that tells what does not work."""


_Names = Mapping[str, list[tuple[list[str], str]]]


def kinds_said(words: Iterable[str]) -> tuple[str, ...]:
    """Name the kinds that a question's *words*, folded and in order, call by what they are."""
    return _found(_said(), words)


def kinds_in(text: str) -> tuple[str, ...]:
    """Name the kinds in a document's title or text, by what they are or by the name of a device."""
    return _found(_named(), words_of(text))


def tells_faults(heading: str) -> bool:
    """Whether what stands below *heading* is about faults."""
    return bool(_found(_faults(), words_of(heading)))


@cache
def tokens_of(kind: str) -> frozenset[int]:
    """The tokens of all that a question calls *kind*."""
    said = next(said for name, said, _ in _lines() if name == kind)
    return frozenset(t for word in words_of(said) for t in word_tokens(word))


def _found(names: _Names, words: Iterable[str]) -> tuple[str, ...]:
    singular = _singular(words)
    return tuple(
        dict.fromkeys(
            [
                kind
                for place, word in enumerate(singular)
                for name, kind in names.get(word, ())
                if singular[place : place + len(name)] == name
            ]
        )
    )


def _singular(words: Iterable[str]) -> list[str]:
    return [word.rstrip("s") for word in words]


@cache
def _said() -> _Names:
    return _by_first_word((kind, said) for kind, said, _ in _lines())


@cache
def _named() -> _Names:
    """What a question says of a fault every manual says somewhere."""
    return _by_first_word(
        (kind, f"{said},{named}") for kind, said, named in _lines() if kind != FAULT
    )


@cache
def _faults() -> _Names:
    return _by_first_word((kind, named) for kind, _, named in _lines() if kind == FAULT)


def _by_first_word(kinds: Iterable[tuple[str, str]]) -> _Names:
    found: dict[str, list[tuple[list[str], str]]] = {}
    for kind, names in kinds:
        for name in names.split(","):
            words = _singular(words_of(name))
            found.setdefault(words[0], []).append((words, kind))
    return found


def _lines() -> Iterator[tuple[str, str, str]]:
    """Each kind, what it is called, and what else names it."""
    lines = (files("knowledge.words") / "kinds.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            kind, _, names = line.partition(":")
            said, _, named = names.partition("|")
            yield kind, said, named
