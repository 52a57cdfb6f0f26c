"""Failed reports that the admin has done with: nobody has to look at them any more."""

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.dismissals import Dismissal
from gateway import database
from gateway.database import dismissals


async def add(db: AsyncConnection, report_id: str, reason: str) -> None:
    """Dismiss a report; said again with another reason, the last word counts."""
    row = {"report_id": report_id, "reason": reason, "dismissed_at": datetime.now(UTC)}
    await database.put(db, dismissals, row)


async def take_back(db: AsyncConnection, report_id: str) -> None:
    """Let a report count again: it is being filed anew."""
    await db.execute(delete(dismissals).where(dismissals.c.report_id == report_id))


async def of_report(db: AsyncConnection, report_id: str) -> Dismissal | None:
    query = select(dismissals).where(dismissals.c.report_id == report_id)
    row = (await db.execute(query)).mappings().one_or_none()
    return Dismissal.model_validate(dict(row)) if row else None
