"""Reports as the admin sees them."""

from sqlalchemy import desc, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import cursors
from contracts.actions import Action
from contracts.errors import Conflict
from contracts.paging import Page
from contracts.reports import Report, ReportStatus
from gateway import dismissals, reports
from gateway.database import reports as table
from gateway.filing import ReportFiling
from gateway.name_search import named_like
from gateway.notice_rest import NoticeRest
from gateway.wire_reports import wire_report


class ReportArchive:
    """Lists reports, and has failed ones filed again or lets them rest."""

    def __init__(
        self, engine: AsyncEngine, filing: ReportFiling, notice_rest: NoticeRest
    ) -> None:
        self._engine = engine
        self._filing = filing
        self._notice_rest = notice_rest

    async def page(
        self,
        *,
        limit: int,
        status: ReportStatus | None,
        action: Action | None,
        cursor: str | None,
        q: str = "",
    ) -> Page[Report]:
        """
        List reports, newest first; *q* is a part of the chantier's or the technician's name.

        Raises:
            Rejected: *cursor* is not one of ours.
        """
        query = select(table.c.report_id, table.c.opened_at).order_by(
            desc(table.c.opened_at), desc(table.c.report_id)
        )
        if status is not None:
            query = query.where(table.c.status == status)
        if action is not None:
            query = query.where(table.c.action == action)
        if cursor is not None:
            query = query.where(
                tuple_(table.c.opened_at, table.c.report_id)
                < tuple_(*cursors.place(cursor))
            )
        async with self._engine.connect() as db:
            if q.strip():
                query = query.where(await named_like(db, q))
            found = (await db.execute(query.limit(limit + 1))).all()
            items = [await wire_report(db, row.report_id) for row in found[:limit]]
        places = [(row.opened_at, row.report_id) for row in found]
        return Page(items=tuple(items), next=cursors.following(places, limit))

    async def report(self, report_id: str) -> Report:
        """
        Show one report.

        Raises:
            NotFound: There is none.
        """
        async with self._engine.connect() as db:
            return await wire_report(db, report_id)

    async def retry(self, report_id: str) -> Report:
        """
        File a failed report again.

        Raises:
            NotFound: There is none.
            Conflict: It has not failed.
        """
        async with self._engine.begin() as db:
            before = await wire_report(db, report_id)
            again = await reports.retry(db, report_id)
        if again is None:
            raise Conflict(
                f"Report {report_id} is {before.status}; only a failed one is tried again."
            )
        await self._filing.start(again)
        return await self.report(report_id)

    async def dismiss(self, report_id: str, reason: str) -> Report:
        """
        Let a failed report rest, with its notice where that failed; harmless twice.

        Raises:
            NotFound: There is none.
            Conflict: It has not failed.
        """
        async with self._engine.begin() as db:
            found = await reports.record(db, report_id, for_update=True)
            before = await wire_report(db, report_id)
            if found is None or found.status is not ReportStatus.FAILED:
                raise Conflict(
                    f"Report {report_id} is {before.status}; only a failed one is dismissed."
                )
            if before.dismissed is None or before.dismissed.reason != reason:
                await dismissals.add(db, report_id, reason)
            dismissed = await wire_report(db, report_id)
        if dismissed.dismissed is not None:
            await self._notice_rest.begin(report_id, dismissed.dismissed)
        return dismissed
