"""Reports, as the admin looks at them: with what is not for other services to know."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.actions import PARIS
from contracts.cards import Card
from contracts.errors import NotFound
from contracts.reports import Report, ReportStatus
from contracts.storage_client import StorageClient
from gateway import attention, received, reports
from gateway.console.asking import Away, asked
from gateway.database import reports as table
from gateway.reports import ReportRecord
from gateway.wire_reports import wire_report


@dataclass(frozen=True)
class ReportPage:
    """A report with its folder's address (empty until the first file is there) and its files' names."""

    report: Report
    folder_url: str
    files: tuple[str, ...]
    closed_at: datetime | None


@dataclass(frozen=True)
class ReportTally:
    """How the reports stand; ``failed`` are those that nobody has dismissed, the oldest first."""

    open: int
    filing: tuple[ReportRecord, ...]
    failed: tuple[ReportRecord, ...]
    filed_today: int

    @property
    def oldest_at(self) -> datetime | None:
        """Since when the oldest closed report waits to be filed."""
        return min((r.closed_at for r in self.filing if r.closed_at), default=None)


async def report_page(engine: AsyncEngine, report_id: str) -> ReportPage:
    """
    Read one report.

    Raises:
        NotFound: There is none.
    """
    async with engine.connect() as db:
        report = await wire_report(db, report_id)
        record = await reports.record(db, report_id)
        rows = await received.of_report(db, report_id)
    assert record is not None
    names = tuple(row.name or "not yet named" for row in rows if row.kind is not None)
    return ReportPage(report, record.folder_url, names, record.closed_at)


async def tally(engine: AsyncEngine, now: datetime) -> ReportTally:
    """Count the reports; a day is that of Paris."""
    today = now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    count = select(func.count()).select_from(table)
    async with engine.connect() as db:
        still_open = await db.scalar(count.where(table.c.status == ReportStatus.OPEN))
        filed = await db.scalar(
            count.where(table.c.status == ReportStatus.FILED, table.c.filed_at >= today)
        )
        needed = await attention.failed(db)
        failed = await reports.with_status(db, ReportStatus.FAILED)
        return ReportTally(
            open=still_open or 0,
            filing=await reports.with_status(db, ReportStatus.FILING),
            failed=tuple(one for one in failed if one.report_id in needed),
            filed_today=filed or 0,
        )


async def card_of(storage: StorageClient, report_id: str) -> Card | Away | None:
    """The report's card as it is now; ``None`` where somebody deleted it."""
    try:
        return await asked("storage", storage.card(report_id))
    except NotFound:
        return None


async def known(engine: AsyncEngine, report_ids: frozenset[str]) -> frozenset[str]:
    """Which of *report_ids* are reports: the notice of one bears its id."""
    query = select(table.c.report_id).where(table.c.report_id.in_(report_ids))
    async with engine.connect() as db:
        return frozenset(await db.scalars(query))
