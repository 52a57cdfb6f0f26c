"""What technicians say, and what manuals say for it."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from knowledge.words.folding import words_of
from knowledge.words.lexical import word_tokens


def other_names(words: list[str]) -> Mapping[int, tuple[frozenset[int], ...]]:
    """By place, what else the question may mean by the word there, alone or with its neighbours; as tokens."""
    found: dict[int, tuple[frozenset[int], ...]] = {}
    names = _names()
    for start, word in enumerate(words):
        for name, others in names.get(word, ()):
            end = start + len(name)
            if words[start:end] == name:
                for place in range(start, end):
                    found[place] = (*found.get(place, ()), *others)
    return found


@cache
def _names() -> Mapping[str, list[tuple[list[str], tuple[frozenset[int], ...]]]]:
    """By its first word, each name that has others: its words, and the tokens of each of the others."""
    names: dict[str, list[tuple[list[str], tuple[frozenset[int], ...]]]] = {}
    lines = (files("knowledge.search") / "synonyms.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            group = [words_of(name) for name in line.split(",")]
            for name in group:
                others = (" ".join(other) for other in group if other != name)
                held = tuple(frozenset(word_tokens(other)) for other in others)
                names.setdefault(name[0], []).append((name, held))
    return names
