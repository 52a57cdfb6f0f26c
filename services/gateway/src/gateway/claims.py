"""What was sent before anything was said about it becomes a report's."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.reports import ReportStatus
from gateway import received, reports
from gateway.chat_states import ChatState, Step


async def claim(
    db: AsyncConnection, state: ChatState, technician: str, at: datetime
) -> str | None:
    """Open the report of what was sent lately, before its chantier was known *at* that time, if anything was."""
    lately = received.lately(at)
    rows = await received.unclaimed(db, state.chat_id, lately)
    if not rows:
        return None
    report_id = await reports.begin(db, state, technician, rows[0])
    await received.claim(db, state.chat_id, lately, report_id)
    return report_id


async def claim_asked(
    db: AsyncConnection, state: ChatState, report_id: str, technician: str, asked: int
) -> bool:
    """
    Give what was left behind to the report that is being made, or to one that is closed; ``False`` where it is neither.

    Message *asked* asks about it: what came later was not meant.
    """
    meant = received.sent_before(asked)
    rows = await received.unclaimed(db, state.chat_id, meant)
    if rows and state.step is Step.COLLECTING and state.report_id == report_id:
        first = replace(rows[0], sent_at=datetime.now(UTC))
        await reports.begin(db, state, technician, first)
    record = await reports.record(db, report_id, for_update=True)
    if record is None or record.chat_id != state.chat_id:
        return False
    if record.status is ReportStatus.CANCELLED:
        return False
    if await received.claim(db, state.chat_id, meant, report_id):
        await reports.mark_late(db, report_id)
    return True
