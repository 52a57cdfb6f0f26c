"""
Which events need a person: those that an address refused, and those that it has not taken for long.

They do not make the gateway unready: docs/decisions/0014-ready-is-able-to-work.md
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, outerjoin, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.events import TellingStatus
from gateway.database import event_troubles, events
from gateway.event_rows import SAME, host_of, row_status


class Untold(NamedTuple):
    """
    How many events need a person, one an address.

    ``late`` are still brought; nobody has dismissed the ``dropped``. ``why`` names the host of the oldest, and what it
    answered.
    """

    late: int
    dropped: int
    why: str

    def __str__(self) -> str:
        """Say it to the admin."""
        said = []
        if self.late:
            said.append(f"{self.late} wait for long and are brought by themselves")
        if self.dropped:
            said.append(
                f"{self.dropped} were refused: POST /gateway/events/{{event_id}}/retry, or …/dismiss"
            )
        if not said:
            return "no event needs a person"
        return f"{'; '.join(said)}; the oldest is for {self.why}. GET /gateway/events says more"


async def untold(db: AsyncConnection, late_after_s: float) -> Untold:
    """Count what was not taken; an event is late *late_after_s* after it was planned."""
    limit = datetime.now(UTC) - timedelta(seconds=late_after_s)
    is_late = events.c.ended.is_(False) & (events.c.planned_at < limit)
    is_dropped = (
        row_status == TellingStatus.DROPPED
    ) & event_troubles.c.dismissed_at.is_(None)
    counts = select(
        func.count().filter(is_late),
        func.count().filter(is_dropped),
    ).select_from(outerjoin(events, event_troubles, SAME))
    late, dropped = (await db.execute(counts)).one()
    example = (
        select(events.c.event_id, events.c.url, event_troubles.c.last_error)
        .outerjoin(event_troubles, SAME)
        .where(is_late | is_dropped)
        .order_by(events.c.planned_at)
        .limit(1)
    )
    row = (await db.execute(example)).one_or_none()
    why = f"{host_of(row.url)}: {row.last_error or 'not tried yet'}" if row else ""
    return Untold(late, dropped, why)
