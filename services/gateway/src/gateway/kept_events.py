"""Events as they cross the wire: with whom they were told to, and what became of it."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cursors import Place
from contracts.dismissals import Dismissal
from contracts.errors import NotFound
from contracts.events import EventType, KeptEvent, Telling, TellingStatus
from gateway.database import event_troubles, events
from gateway.event_rows import SAME, host_of, row_status


async def page(
    db: AsyncConnection,
    *,
    limit: int,
    status: TellingStatus | None = None,
    type_: EventType | None = None,
    before: Place | None = None,
) -> list[tuple[datetime, KeptEvent]]:
    """Up to *limit* events, newest first, those after the place *before*; each with when it was planned."""
    planned_at = func.max(events.c.planned_at)
    query = (
        select(events.c.event_id, planned_at)
        .outerjoin(event_troubles, SAME)
        .group_by(events.c.event_id)
        .order_by(planned_at.desc(), events.c.event_id.desc())
    )
    if status is not None:
        query = query.where(row_status == status)
    if type_ is not None:
        query = query.where(events.c.event_id.startswith(f"{type_}-", autoescape=True))
    if before is not None:
        query = query.having(tuple_(planned_at, events.c.event_id) < tuple_(*before))
    found = (await db.execute(query.limit(limit))).all()
    kept = await _kept(db, [row.event_id for row in found])
    return [(at, kept[event_id]) for event_id, at in found]


async def event(db: AsyncConnection, event_id: str) -> KeptEvent:
    """
    Read one event.

    Raises:
        NotFound: There is none.
    """
    kept = await _kept(db, [event_id])
    if event_id not in kept:
        raise NotFound(
            f"There is no event {event_id}; GET /gateway/events lists those that are kept."
        )
    return kept[event_id]


async def _kept(db: AsyncConnection, event_ids: Sequence[str]) -> dict[str, KeptEvent]:
    query = (
        select(events, event_troubles, row_status)
        .outerjoin(event_troubles, SAME)
        .where(events.c.event_id.in_(event_ids))
        .order_by(events.c.url)
    )
    bodies: dict[str, str] = {}
    tellings: dict[str, list[Telling]] = {}
    for row in (await db.execute(query)).mappings():
        event_id = row[events.c.event_id]
        bodies[event_id] = row[events.c.body]
        tellings.setdefault(event_id, []).append(_telling(row))
    return {
        event_id: KeptEvent(
            event_id=event_id,
            tellings=tuple(tellings[event_id]),
            **json.loads(body),
        )
        for event_id, body in bodies.items()
    }


def _telling(row: RowMapping) -> Telling:
    is_dismissed = row[event_troubles.c.dismissed_at] is not None
    return Telling(
        host=host_of(row[events.c.url]),
        status=row["status"],
        attempts=row[event_troubles.c.attempts] or 0,
        last_error=row[event_troubles.c.last_error],
        tried_at=row[event_troubles.c.tried_at],
        dismissed=Dismissal(
            reason=row[event_troubles.c.reason],
            dismissed_at=row[event_troubles.c.dismissed_at],
        )
        if is_dismissed
        else None,
    )
