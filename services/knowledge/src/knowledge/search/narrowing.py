"""What a search is narrowed to: sources and tags, whatever case and accents they are asked in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from contracts.knowledge import SearchRequest
from knowledge.index.passages import label
from knowledge.words.folding import folded


class Narrowed(NamedTuple):
    """
    What a search is narrowed to.

    Args:
        required: Labels, of which a passage must have one in each group.
        unknown: Asked names that no document has, as typed.
    """

    required: tuple[tuple[str, ...], ...] = ()
    unknown: tuple[str, ...] = ()


class Shelves:
    """The sources and tags that there are, as the documents have them."""

    def __init__(self, shelves: Iterable[tuple[str, Sequence[str]]]) -> None:
        pairs = list(shelves)
        self._sources = _by_folded(source for source, _ in pairs)
        self._tags = _by_folded(tag for _, tags in pairs for tag in tags)

    def narrowed(self, request: SearchRequest) -> Narrowed:
        """What *request* asks, as documents have it."""
        groups = (
            ("source", request.sources, self._sources),
            ("tag", request.tags, self._tags),
        )
        required = tuple(
            tuple(label(kind, name) for name in _as_written(asked, there))
            for kind, asked, there in groups
            if asked
        )
        unknown = tuple(
            name
            for _, asked, there in groups
            for name in asked
            if folded(name) not in there
        )
        return Narrowed(required, unknown)


def _by_folded(names: Iterable[str]) -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in set(names):
        found[folded(name)].add(name)
    return dict(found)


def _as_written(asked: Sequence[str], there: Mapping[str, set[str]]) -> tuple[str, ...]:
    """What *asked* means of what is *there*; what nothing has stays as it is, and finds nothing."""
    meant = {folded(name) for name in asked}
    known = sorted(name for one in meant for name in there.get(one, ()))
    return tuple(known) or tuple(asked)
