"""What technicians say, and what manuals say for it."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from knowledge.words.folding import words_of
from knowledge.words.lexical import word_tokens


def other_names(said: Sequence[int]) -> Mapping[int, tuple[frozenset[int], ...]]:
    """By token, what else a question may mean by it, alone or with its neighbours; *said* are its tokens in order."""
    found: dict[int, tuple[frozenset[int], ...]] = {}
    names = _names()
    for start, token in enumerate(said):
        for name, others in names.get(token, ()):
            if tuple(said[start : start + len(name)]) == name:
                for part in name:
                    found[part] = (*found.get(part, ()), *others)
    return found


@cache
def spoken() -> frozenset[str]:
    """The words of all names: who types one of them mistyped nothing, though no document may have it."""
    return frozenset(
        word for group in _groups() for name in group for word in words_of(name)
    )


@cache
def _names() -> Mapping[int, list[tuple[tuple[int, ...], tuple[frozenset[int], ...]]]]:
    """By its first token, each name that has others: its tokens, and those of each of the others."""
    names: dict[int, list[tuple[tuple[int, ...], tuple[frozenset[int], ...]]]] = {}
    for written in _groups():
        group = dict.fromkeys(filter(None, map(_tokens, written)))
        for name in group:
            others = tuple(frozenset(other) for other in group if other != name)
            names.setdefault(name[0], []).append((name, others))
    return names


@cache
def _groups() -> list[list[str]]:
    lines = (files("knowledge.words") / "synonyms.txt").read_text("utf-8").splitlines()
    return [line.split(",") for line in lines if line and not line.startswith("#")]


def _tokens(name: str) -> tuple[int, ...]:
    """Without stop words: ``mise a la terre`` is two."""
    return tuple(token for word in words_of(name) for token in said_tokens(word))


def said_tokens(word: str) -> tuple[int, ...]:
    """The tokens of a word as it is said in a name; folded, the stop word *à* is none any more."""
    return () if word == "a" else word_tokens(word)
