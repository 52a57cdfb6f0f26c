"""What searches teach: which questions found nothing, which passages helped."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import inserted
from chassis.patience import Patience
from contracts.errors import NotFound
from contracts.knowledge import AskedQuestion, KnowledgeStats, UsefulPassage
from knowledge.documents.tables import searches
from knowledge.search.thumbs import Thumbs

KEPT_SEARCHES = 100_000
"""So many of the last ones; those with a thumb are kept for as long as the catalogue."""
FORGET_PAUSE_S = 3600.0
MAX_THUMBS = 5000
FLUSH_PAUSE_S = 1.0
MAX_WAITING = 10_000
"""So many searches wait in memory for a database that is away."""
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One search, to be stored; ``answered`` also where no document was asked, so that none can be missing."""

    search_id: str
    text: str
    answered: bool
    passages: tuple[Mapping[str, Any], ...]
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Learning:
    """
    Stores searches in the background, thumbs at once.

    A search answers before it is stored, so a kill may lose those of the last second; a thumb is on disk when its
    answer goes out, and brings its search with it.
    """

    def __init__(self, engine: AsyncEngine, kept: int = KEPT_SEARCHES) -> None:
        self._engine = engine
        self._kept = kept
        self._waiting: dict[str, Asked] = {}
        self._thumbs = Thumbs()
        self._storing = asyncio.Lock()
        """So that what one is storing is not missed by the next, nor where it fails."""
        self._judging = asyncio.Lock()
        """So that of two thumbs for one search the second knows the first."""

    def remember(self, asked: Asked) -> None:
        self._waiting[asked.search_id] = asked

    def lifts(self, question: str) -> dict[str, float]:
        """How much to lift which passages, by their digest."""
        return self._thumbs.lifts(question)

    async def run(self) -> None:
        """Store searches until cancelled, through whatever befalls the database."""
        await Patience().until_sure(self._load_thumbs)
        forgot_at = -float("inf")
        while True:
            if time.monotonic() - forgot_at > FORGET_PAUSE_S:
                await Patience().until_sure(self.forget)
                forgot_at = time.monotonic()
            await asyncio.sleep(FLUSH_PAUSE_S)
            await Patience(longest_s=30).until_sure(self.flush)

    async def forget(self) -> None:
        """Drop the oldest searches that nobody judged."""
        newest = searches.c.asked_at.desc()
        async with self._engine.begin() as connection:
            last = await connection.scalar(
                select(searches.c.asked_at).order_by(newest).offset(self._kept).limit(1)
            )
            if last is not None:
                old = searches.c.asked_at <= last, searches.c.useful.is_(None)
                await connection.execute(delete(searches).where(*old))

    async def flush(self) -> None:
        """Store what waits."""
        async with self._storing:
            await self._flush()

    async def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        if not waiting:
            return
        try:
            async with self._engine.begin() as connection:
                # Where a commit's answer was lost, the same searches come once more.
                await connection.execute(
                    inserted(connection, searches).on_conflict_do_nothing(),
                    [_row(asked) for asked in waiting.values()],
                )
        except BaseException:
            kept = list((waiting | self._waiting).items())[-MAX_WAITING:]
            self._waiting = dict(kept)
            raise

    async def feedback(self, search_id: str, *, useful: bool) -> None:
        """
        Store a thumb; the last one counts.

        Raises:
            NotFound: There was no such search.
        """
        await self.flush()
        this = searches.c.search_id == search_id
        judged = select(searches.c.asked, searches.c.passages, searches.c.useful)
        async with self._judging:
            async with self._engine.begin() as connection:
                before = (await connection.execute(judged.where(this))).one_or_none()
                await connection.execute(
                    update(searches).where(this).values(useful=useful)
                )
            if before is None:
                raise NotFound(f"There is no search {search_id!r}.")
            votes = _vote(useful) - _vote(before.useful)
            self._count(before.asked, before.passages, votes)

    async def stats(self) -> KnowledgeStats:
        """Say what was asked, what found nothing, and what helped."""
        await self.flush()
        rows = func.count()
        counts = select(
            rows,
            rows.filter(searches.c.confident.is_(False)),
            rows.filter(searches.c.useful.is_(True)),
            rows.filter(searches.c.useful.is_(False)),
        )
        async with self._engine.connect() as connection:
            total, unanswered, useful, useless = (
                await connection.execute(counts)
            ).one()
            open_questions = await connection.execute(_unanswered())
            liked = await connection.execute(
                select(searches.c.passages).where(searches.c.useful.is_(True))
            )
            return KnowledgeStats(
                searches=total,
                unanswered=unanswered,
                useful=useful,
                useless=useless,
                unanswered_questions=tuple(_asked(row) for row in open_questions),
                useful_passages=_most_useful([row.passages for row in liked]),
            )

    async def _load_thumbs(self) -> None:
        judged = (
            select(searches.c.asked, searches.c.passages, searches.c.useful)
            .where(searches.c.useful.is_not(None))
            .order_by(searches.c.asked_at.desc())
            .limit(MAX_THUMBS)
        )
        async with self._judging, self._engine.connect() as connection:
            self._thumbs = Thumbs()
            for row in await connection.execute(judged):
                self._count(row.asked, row.passages, _vote(row.useful))

    def _count(
        self, asked: str, passages: Sequence[Mapping[str, Any]], votes: int
    ) -> None:
        """Of what was shown, the best passage gets the *votes*."""
        for passage in passages[:1]:
            self._thumbs.count(asked, passage["digest"], votes)


def _vote(useful: bool | None) -> int:
    return 0 if useful is None else 1 if useful else -1


def _unanswered() -> Any:
    """The questions that found nothing, or whose answer did not help, the most asked first."""
    return (
        select(
            func.lower(searches.c.asked).label("asked"),
            func.count().label("times"),
            func.max(searches.c.asked_at).label("last_at"),
        )
        .where(searches.c.confident.is_(False) | searches.c.useful.is_(False))
        .group_by(func.lower(searches.c.asked))
        .order_by(func.count().desc(), func.max(searches.c.asked_at).desc())
        .limit(_LISTED)
    )


def _asked(row: Row[Any]) -> AskedQuestion:
    return AskedQuestion(query=row.asked, times=row.times, last_asked_at=row.last_at)


def _most_useful(
    liked: Sequence[Sequence[Mapping[str, Any]]],
) -> tuple[UsefulPassage, ...]:
    times: Counter[str] = Counter()
    first: dict[str, Mapping[str, Any]] = {}
    for passages in liked:
        for passage in passages[:1]:
            times[passage["digest"]] += 1
            first.setdefault(passage["digest"], passage)
    return tuple(
        UsefulPassage(
            times=count,
            document_id=first[digest]["document_id"],
            title=first[digest]["title"],
            page=first[digest]["page"],
        )
        for digest, count in times.most_common(_LISTED)
    )


def _row(asked: Asked) -> dict[str, Any]:
    return {
        "search_id": asked.search_id,
        "asked": asked.text,
        "asked_at": asked.asked_at,
        "confident": asked.answered,
        "score": 0.0,  # no longer used
        "passages": list(asked.passages),
        "useful": None,
    }
