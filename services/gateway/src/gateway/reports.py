"""
Reports: opened by a first photo or text, closed once, corrected by what comes late.

What their ids are made of: docs/decisions/0007-a-report-is-named-by-its-press.md
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import desc, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.actions import PARIS, Action, report_folder
from contracts.reports import ReportStatus
from gateway import (
    chat_states,
    database,
    dismissals,
    received,
    report_files,
    steps,
)
from gateway.chat_states import ChatState
from gateway.database import messages, reports
from gateway.received import Received
from gateway.universal_input import items

CLOSED = (ReportStatus.FILING, ReportStatus.FILED, ReportStatus.FAILED)


class ClosedBy(StrEnum):
    BUTTON = "button"
    QUIET = "quiet"


@dataclass(frozen=True)
class ReportRecord:
    """A row of ``reports``."""

    report_id: str
    chat_id: int
    technician: str
    action: Action
    chantier: str
    client: str
    folder: str
    folder_url: str
    status: ReportStatus
    revision: int
    late: bool
    closed_by: ClosedBy | None
    progress_message_id: int | None
    opened_at: datetime
    closed_at: datetime | None
    filed_at: datetime | None


def report_id(chat_id: int, query_id: int, at: datetime) -> str:
    """Name a report by the press that began it: ``20260325-`` and 40 bits of the press's SHA-256."""
    digest = hashlib.sha256(f"{chat_id}:{query_id}".encode()).digest()
    short = base64.b32encode(digest[:5]).decode().lower()
    return f"{at.astimezone(PARIS):%Y%m%d}-{short}"


async def begin(
    db: AsyncConnection, state: ChatState, technician: str, first: Received
) -> str:
    """Open the conversation's report, as of its first message; harmless when it is open."""
    assert state.action is not None
    assert state.report_id is not None
    await database.add_once(
        db,
        reports,
        {
            "report_id": state.report_id,
            "chat_id": state.chat_id,
            "technician": technician,
            "action": state.action,
            "chantier": state.chantier,
            "client": state.client,
            "folder": str(report_folder(state.action, state.chantier, first.sent_at)),
            "status": ReportStatus.OPEN,
            "opened_at": first.sent_at,
        },
    )
    return state.report_id


async def record(
    db: AsyncConnection, report_id: str, *, for_update: bool = False
) -> ReportRecord | None:
    query = select(reports).where(reports.c.report_id == report_id)
    if for_update:
        query = query.with_for_update()
    row = (await db.execute(query)).mappings().one_or_none()
    return _record(row) if row else None


async def with_status(
    db: AsyncConnection, *status: ReportStatus, chat_id: int | None = None
) -> tuple[ReportRecord, ...]:
    """Find reports, of one chat or of all."""
    query = select(reports).where(reports.c.status.in_(status))
    if chat_id is not None:
        query = query.where(reports.c.chat_id == chat_id)
    return tuple(_record(row) for row in (await db.execute(query)).mappings())


async def joinable(
    db: AsyncConnection, chat_id: int, now: datetime, window: timedelta
) -> ReportRecord | None:
    """
    The chat's newest report, if quiet closed it within *window* of *now*.

    The newest by Telegram's clock, which tells seconds, and by its messages' order; not the one closed last: a correction closes an
    older one anew, and the machine's clock may have been put back since.
    """
    closed = select(reports).where(
        reports.c.chat_id == chat_id, reports.c.closed_at.is_not(None)
    )
    first = (
        select(func.min(messages.c.message_id))
        .where(messages.c.report_id == reports.c.report_id)
        .scalar_subquery()
    )
    newest = closed.order_by(desc(reports.c.opened_at), desc(func.coalesce(first, 0)))
    row = (await db.execute(newest.limit(1))).mappings().one_or_none()
    if row is None or row["closed_by"] != ClosedBy.QUIET:
        return None
    return _record(row) if abs(now - row["closed_at"]) <= window else None


async def end_joining(db: AsyncConnection, chat_id: int) -> None:
    """From now on nothing new joins the chat's closed reports but siblings of what they hold."""
    await db.execute(
        update(reports)
        .where(reports.c.chat_id == chat_id, reports.c.closed_by == ClosedBy.QUIET)
        .values(closed_by=ClosedBy.BUTTON)
    )


def is_complete(action: Action, rows: tuple[Received, ...]) -> bool:
    """Whether a report has what its action needs."""
    if action is Action.FIN:
        return bool(received.kinds(rows))
    if action is Action.SAV:
        return bool(received.description(rows))
    return bool(items(received.description(rows)))


async def seal(
    db: AsyncConnection, report_id: str, closed_by: ClosedBy, at: datetime
) -> ReportRecord | None:
    """
    Close an open report, or take in what came late to a closed one: its files get their names, its steps start.

    Returns:
        The report under its new revision; ``None`` where there was nothing to do, or an open one lacks something. A closed
        one may lack it: its technician deleted a text, or a photo.
    """
    found = await record(db, report_id, for_update=True)
    rows = await received.of_report(db, report_id)
    if found is None:
        return None
    has_more = found.late and found.status in CLOSED
    is_open = found.status is ReportStatus.OPEN
    if not (is_complete(found.action, rows) if is_open else has_more):
        return None
    await report_files.name_files(db, rows)
    await _refile(db, found)
    await change(
        db, report_id, late=False, closed_at=at, closed_by=found.closed_by or closed_by
    )
    if closed_by is ClosedBy.BUTTON:
        await end_joining(db, found.chat_id)
    await chat_states.leave(db, found.chat_id, report_id)
    return await record(db, report_id)


async def link(db: AsyncConnection, report_id: str, url: str) -> None:
    """Keep the address of a report's first file, which opens its folder."""
    await db.execute(
        update(reports)
        .where(reports.c.report_id == report_id, reports.c.folder_url == "")
        .values(folder_url=url)
    )


async def retry(db: AsyncConnection, report_id: str) -> ReportRecord | None:
    """Give a failed report to be filed again; ``None`` where it has not failed."""
    found = await record(db, report_id, for_update=True)
    if found is None or found.status is not ReportStatus.FAILED:
        return None
    await _refile(db, found)
    return await record(db, report_id)


async def mark_late(db: AsyncConnection, report_id: str) -> None:
    """Note that something has joined a report that is closed already."""
    await db.execute(
        update(reports)
        .where(reports.c.report_id == report_id, reports.c.status.in_(CLOSED))
        .values(late=True)
    )


async def cancel(db: AsyncConnection, report_id: str) -> bool:
    """Drop an open report; say whether it was open."""
    found = await record(db, report_id, for_update=True)
    if found is None or found.status is not ReportStatus.OPEN:
        return False
    await change(db, report_id, status=ReportStatus.CANCELLED)
    await chat_states.leave(db, found.chat_id, report_id)
    return True


async def change(db: AsyncConnection, report_id: str, **values: object) -> None:
    await db.execute(
        update(reports).where(reports.c.report_id == report_id).values(**values)
    )


async def _refile(db: AsyncConnection, found: ReportRecord) -> None:
    revision = found.revision + 1
    await change(db, found.report_id, status=ReportStatus.FILING, revision=revision)
    await steps.begin(db, found.report_id, found.action)
    await dismissals.take_back(db, found.report_id)


def _record(row: Mapping[Any, Any]) -> ReportRecord:
    closed_by = row["closed_by"]
    return ReportRecord(
        **{
            **row,
            "action": Action(row["action"]),
            "status": ReportStatus(row["status"]),
            "closed_by": ClosedBy(closed_by) if closed_by else None,
        }
    )
