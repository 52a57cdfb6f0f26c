"""What a technician was shown about his fault: once a report, and what his thumb is about."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway import database
from gateway.database import helps, reports


class Help(NamedTuple):
    """A help as it was shown; ``text`` is empty where it was given up."""

    report_id: str
    chat_id: int
    search_id: str
    text: str


async def add(
    db: AsyncConnection, report_id: str, *, search_id: str = "", text: str = ""
) -> None:
    """Note what is shown, or that nothing will be; the first word stands."""
    row = {"report_id": report_id, "search_id": search_id, "text": text}
    await database.add_once(db, helps, row)


async def of_report(db: AsyncConnection, report_id: str) -> Help | None:
    query = (
        select(reports.c.report_id, reports.c.chat_id, helps.c.search_id, helps.c.text)
        .join(helps, helps.c.report_id == reports.c.report_id)
        .where(reports.c.report_id == report_id)
    )
    row = (await db.execute(query)).one_or_none()
    return Help(*row) if row else None
