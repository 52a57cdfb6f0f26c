"""
What webhooks are told, as it is kept: planned, taken, refused.

Why: docs/decisions/0019-what-no-workflow-took.md
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import ServiceError
from contracts.events import TellingStatus
from gateway import database
from gateway.database import event_troubles, events

SAME = and_(
    event_troubles.c.event_id == events.c.event_id,
    event_troubles.c.url == events.c.url,
)
row_status = case(
    (events.c.ended.is_(False), TellingStatus.WAITING.value),
    (event_troubles.c.dropped.is_(True), TellingStatus.DROPPED.value),
    else_=TellingStatus.TOLD.value,
).label("status")


@dataclass(frozen=True)
class PlannedEvent:
    """One event for one address; ``attempts`` counts the failed ones."""

    event_id: str
    url: str
    body: str
    planned_at: datetime
    attempts: int = 0


async def plan(db: AsyncConnection, event: PlannedEvent) -> None:
    """Write an event down, once."""
    row = {name: value for name, value in asdict(event).items() if name in events.c}
    await database.add_once(db, events, row)


async def waiting(
    db: AsyncConnection, url: str, *, at_most: int, untried_only: bool
) -> list[PlannedEvent]:
    """What *url* is still to be brought: first what was never tried, the oldest first, then what rests longest."""
    tried_at = event_troubles.c.tried_at
    query = (
        select(
            events.c.event_id,
            events.c.url,
            events.c.body,
            events.c.planned_at,
            func.coalesce(event_troubles.c.attempts, 0),
        )
        .outerjoin(event_troubles, SAME)
        .where(events.c.ended.is_(False), events.c.url == url)
        .order_by(
            tried_at.is_not(None), tried_at, events.c.planned_at, events.c.event_id
        )
        .limit(at_most)
    )
    if untried_only:
        query = query.where(tried_at.is_(None))
    return [PlannedEvent(*row) for row in await db.execute(query)]


async def end(db: AsyncConnection, event: PlannedEvent) -> None:
    """Bring an event to its address no more: it was taken. Not one that was planned again meanwhile."""
    await db.execute(update(events).where(_is_still(event)).values(ended=True))


async def not_taken(
    db: AsyncConnection, event: PlannedEvent, error: ServiceError
) -> int:
    """Note a try that failed, and say the how-manieth; one that no other try would change drops the event."""
    changed = await db.execute(
        update(events)
        .where(_is_still(event))
        .values(ended=not error.retryable)
        .returning(events.c.event_id)
    )
    if changed.first() is None:  # planned again meanwhile: that try is still to come
        return 0
    key = (event_troubles.c.event_id == event.event_id) & (
        event_troubles.c.url == event.url
    )
    before = await db.scalar(select(event_troubles.c.attempts).where(key))
    row = {
        "event_id": event.event_id,
        "url": event.url,
        "attempts": (before or 0) + 1,
        "last_error": error.detail,
        "tried_at": datetime.now(UTC),
        "dropped": not error.retryable,
    }
    await database.put(db, event_troubles, row)
    return (before or 0) + 1


async def plan_again(db: AsyncConnection, event_id: str | None = None) -> None:
    """Have one event told again to every address; without its id, all that were dropped and that nobody dismissed."""
    which = events.c.event_id == event_id
    troubles = event_troubles.c.event_id == event_id
    if event_id is None:
        troubles = event_troubles.c.dropped & event_troubles.c.dismissed_at.is_(None)
        which = select(event_troubles).where(SAME, troubles).correlate(events).exists()
    again = {"ended": False, "planned_at": datetime.now(UTC)}
    await db.execute(update(events).where(which).values(again))
    await db.execute(delete(event_troubles).where(troubles))


async def dismiss(db: AsyncConnection, event_id: str, reason: str) -> bool:
    """Have nobody mind an event that was dropped; say whether it was."""
    found = await db.execute(
        update(event_troubles)
        .where(event_troubles.c.event_id == event_id, event_troubles.c.dropped)
        .values(reason=reason, dismissed_at=datetime.now(UTC))
        .returning(event_troubles.c.url)
    )
    return bool(found.all())


async def readdress(db: AsyncConnection, urls: Sequence[str]) -> None:
    """Give what addresses have not taken that are no longer set to those that are, and what they have taken as taken."""
    gone = events.c.url.not_in(urls)
    query = select(events, row_status, event_troubles.c.dismissed_at)
    old = await db.execute(
        query.outerjoin(event_troubles, SAME)
        .where(gone)
        .order_by(row_status == TellingStatus.TOLD)  # what one has not taken counts
    )
    for row in old.mappings().all():
        is_done = row["status"] == TellingStatus.TOLD or row["dismissed_at"]
        kept = {column.name: row[column] for column in events.c}
        for url in urls:
            new = kept | {"url": url, "ended": bool(is_done)}
            await database.add_once(db, events, new)
    await db.execute(delete(event_troubles).where(event_troubles.c.url.not_in(urls)))
    await db.execute(delete(events).where(gone))


async def forget(db: AsyncConnection, before: datetime, *, at_most: int) -> None:
    """Drop events that were told, or given up, long ago."""
    old = (
        select(events.c.event_id)
        .where(events.c.planned_at < before, events.c.ended)
        .limit(at_most)
    )
    await db.execute(delete(events).where(events.c.event_id.in_(old), events.c.ended))
    left = select(events).where(SAME).correlate(event_troubles).exists()
    await db.execute(delete(event_troubles).where(~left))


def _is_still(event: PlannedEvent) -> ColumnElement[bool]:
    """Name the row of *event*, unless it was planned again since it was read."""
    return and_(
        events.c.event_id == event.event_id,
        events.c.url == event.url,
        events.c.planned_at == event.planned_at,
    )


def host_of(url: str) -> str:
    """Where an event goes; the rest of a webhook's address is as good as a key."""
    return urlsplit(url).hostname or ""
