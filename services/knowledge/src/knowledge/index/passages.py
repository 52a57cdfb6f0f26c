"""The passages that can be searched: one protocol, two homes (embedded or a server), one behaviour."""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from knowledge.words.lexical import SparseVector

DENSE = "dense"
WORDS = "words"
LABELS = "labels"
"""The one payload field that searches filter and boost by: each indexed field costs 4 MB of memory."""

CANDIDATES = 40
"""How many passages each way of searching proposes before they are ranked together."""

_POINTS = uuid.UUID("5f0c8f7e-6f1d-5c43-9a51-2d6f7a3f1c90")


class Passage(NamedTuple):
    """
    The unit indexed; a named tuple, as each search makes a dozen and a frozen dataclass takes five times as long.

    ``version`` names one content of one document; ``position`` counts the passages of a version from 0. The
    same version and position is the same point, so that writing it twice is harmless. ``labels`` are what it is
    filtered by (`label`): its version, source, tags, codes, models, brands and kinds. A passage that was cut from a longer
    text ``continues`` the one before it, or is ``continued`` by the next. Passages of one ``digest`` say the same.
    """

    document_id: str
    version: str
    position: int
    text: str = ""
    source: str = ""
    title: str = ""
    page: int | None = None
    section: str = ""
    labels: tuple[str, ...] = ()
    continues: bool = False
    continued: bool = False
    digest: str = ""

    @property
    def point_id(self) -> str:
        return point_id(self.version, self.position)

    @property
    def searched_text(self) -> str:
        """What is embedded: the text below its headings."""
        return f"{self.section}\n{self.text}" if self.section else self.text

    @property
    def searched_words(self) -> str:
        """What is matched by words: the document's title counts too."""
        return f"{self.title}\n{self.searched_text}"

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes among its labels."""
        start = label("code", "")
        return tuple(
            name.removeprefix(start) for name in self.labels if name.startswith(start)
        )

    def payload(self) -> dict[str, Any]:
        """Say all fields as JSON, the empty ones left out."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self._asdict().items()
            if value not in ((), "", None, False) or name == "position"
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Passage":
        return cls(**{**payload, "labels": tuple(payload.get("labels", ()))})


@dataclass(frozen=True, slots=True)
class Point:
    """A passage with its vectors; ``dense`` has shape ``(dimension,)`` and unit length."""

    passage: Passage
    words: SparseVector
    dense: list[float] | None


class Boost(NamedTuple):
    """Adds *weight* to the score of the passages that have one of *labels*; *proposes* them too, where the words do not."""

    labels: tuple[str, ...]
    weight: float
    proposes: bool = True


class Query(NamedTuple):
    """
    One search.

    A passage scores ``dense_weight · (cosine - dense_floor) / (1 - dense_floor) + words_weight · bm25 / words_bound``
    plus its boosts: the convex combination of Bruch et al., arXiv:2210.11934, which keeps what rank fusion throws away:
    how well it fits. ``dense_floor`` is the cosine of texts that have nothing to do with each other. A passage must
    have one label of each group in ``required`` and none of ``hidden``.
    """

    words: SparseVector
    words_bound: float
    words_weight: float
    dense: list[float] | None = None
    dense_weight: float = 0.0
    dense_floor: float = 0.0
    boosts: tuple[Boost, ...] = ()
    required: tuple[tuple[str, ...], ...] = ()
    hidden: tuple[str, ...] = ()
    limit: int = 10


class Match(NamedTuple):
    """What a query found, as the index holds it: most of it is not shown, and reading it takes time."""

    payload: dict[str, Any]
    score: float


class Hit(NamedTuple):
    """A passage found."""

    passage: Passage
    score: float

    @classmethod
    def of(cls, match: Match) -> "Hit":
        return cls(Passage.from_payload(match.payload), match.score)


class PassageIndex(Protocol):
    """One index of one embedding model."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def renew(self, *, lacks: bool | None = None) -> None:
        """
        Begin anew, empty, where it is damaged: where it said so, or was left by a kill and *lacks* what it should hold.

        Args:
            lacks: None where nobody looked; where it lacks nothing, what a kill left is trusted from now on.
        """
        ...

    async def upsert(self, points: Sequence[Point]) -> None:
        """Write *points*; kept once this returns, whatever is killed next."""
        ...

    async def search(self, query: Query) -> list[Match]:
        """
        Find the best passages, best first.

        Raises:
            Unavailable: The index does not answer.
        """
        ...

    async def passages(self, point_ids: Sequence[str]) -> dict[str, Passage]:
        """Read single passages; those that are not there are left out."""
        ...

    async def remove(self, version: str) -> None:
        """Remove all passages of one version."""
        ...

    async def count(self, version: str | None = None) -> int: ...

    def scroll(self, batch: int = 256) -> AsyncIterator[list[Point]]:
        """Read every point, vectors included, in no order."""
        ...

    async def maintain(self) -> None:
        """Make what was written quick to search; searches go on meanwhile."""
        ...


async def versions_in(index: PassageIndex) -> set[str]:
    """The versions that *index* has any passage of."""
    batches = index.scroll()
    return {point.passage.version async for points in batches for point in points}


def point_id(version: str, position: int) -> str:
    return str(uuid.uuid5(_POINTS, f"{version}/{position}"))


def label(kind: str, value: str) -> str:
    """Name one thing a passage is filtered by: ``code:567``, ``brand:fronius``, ``version:…``."""
    return f"{kind}:{value}"
