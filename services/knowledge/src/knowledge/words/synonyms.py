"""What technicians say, and what manuals say for it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from knowledge.words.folding import words_of
from knowledge.words.lexical import word_tokens

Names = tuple[frozenset[int], ...]
_Alone = Mapping[int, Names]
_Longer = Mapping[int, Mapping[int, Sequence[tuple[tuple[int, ...], Names]]]]

BETWEEN = 2
"""So many other words may stand between two of a name: *le pourcentage de la batterie bondit*."""


def names_alone(token: int) -> Names:
    """What else a question may mean by *token*."""
    return _names()[0].get(token, ())


def names_together(said: Sequence[int]) -> Iterator[tuple[tuple[int, ...], Names]]:
    """
    The names of several words in a question, each with what else it may mean by them.

    Args:
        said: Its tokens. Those of a name stand there in their order, at most `BETWEEN` others between two of them.
    """
    longer = _names()[1]
    for start, token in enumerate(said):
        if seconds := longer.get(token):
            for place in range(start + 1, min(start + 2 + BETWEEN, len(said))):
                for name, others in seconds.get(said[place], ()):
                    if _follow(name[2:], said, place):
                        yield name, others


def _follow(words: Sequence[int], said: Sequence[int], place: int) -> bool:
    for word in words:
        try:
            place = said.index(word, place + 1, place + 2 + BETWEEN)
        except ValueError:
            return False
    return True


@cache
def spoken() -> frozenset[str]:
    """The words of all names: who types one of them mistyped nothing, though no document may have it."""
    return frozenset(
        word for group in _groups() for name in group for word in words_of(name)
    )


@cache
def _names() -> tuple[_Alone, _Longer]:
    """The names that have others: those of one token by it, the longer ones by their first and then their second."""
    alone: dict[int, Names] = {}
    longer: dict[int, dict[int, list[tuple[tuple[int, ...], Names]]]] = {}
    for written in _groups():
        group = dict.fromkeys(filter(None, map(_tokens, written)))
        for name in group:
            others = tuple(frozenset(other) for other in group if other != name)
            if len(name) == 1:
                alone[name[0]] = (*alone.get(name[0], ()), *others)
            else:
                seconds = longer.setdefault(name[0], {})
                seconds.setdefault(name[1], []).append((name, others))
    return alone, longer


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
