"""Everything at a glance: what needs a person first."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.knowledge import IndexJob, JobStatus
from contracts.notices import Notice, NoticeStatus
from contracts.paging import Page
from gateway.console import needs, report_pages
from gateway.console.asking import Away, asked
from gateway.console.needs import Need
from gateway.console.parts import ConsoleParts
from gateway.console.report_pages import ReportTally
from gateway.console.sessions import Visitor
from gateway.console.states import ServiceState, states
from gateway.untold import untold

LISTED = 200
"""As many as one page of notices or jobs holds; the overview counts no further and says so with a +."""


@dataclass(frozen=True)
class Waiting:
    """A number of things under way; ``more`` where there are more than were counted."""

    count: int
    more: bool = False
    oldest_at: datetime | None = None


@dataclass(frozen=True)
class Overview:
    """``None`` stands where the visitor's key may not look, or nothing is; `Away` where a service does not say."""

    needs: tuple[Need, ...]
    states: tuple[ServiceState, ...]
    reports: ReportTally | None
    notices_queued: Waiting | Away | None
    notices_failed: Waiting | Away | None
    notices_incomplete: Waiting | Away | None
    jobs: Waiting | Away | None


async def overview(parts: ConsoleParts, visitor: Visitor, now: datetime) -> Overview:
    """Ask everyone side by side."""
    late_after_s = parts.gateway.state.settings.stuck_after_s
    queued, troubled, jobs, failed, found, tally = await asyncio.gather(
        asked(
            "notifier",
            parts.notifier.notices(status=NoticeStatus.QUEUED, limit=LISTED),
        ),
        asked("notifier", parts.notifier.notices(attention=True, limit=LISTED)),
        _jobs(parts, attention=False),
        _jobs(parts, attention=True),
        states(parts),
        report_pages.tally(parts.engine, now),
    )
    async with parts.engine.connect() as db:
        missed = await untold(db, late_after_s)
    late_after = timedelta(seconds=late_after_s)
    sees = {name for name in ("gateway", "notifier", "knowledge") if visitor.may(name)}
    notices = await _for_a_person(parts, troubled)
    shown = tuple(state for state in found if visitor.may(state.name))
    return Overview(
        needs=(
            *needs.of_states(shown),
            *(needs.of_reports(tally, late_after, now) if "gateway" in sees else ()),
            *(needs.of_events(missed) if "gateway" in sees else ()),
            *(needs.of_notices(notices) if "notifier" in sees else ()),
            *(needs.of_jobs(failed) if "knowledge" in sees else ()),
        ),
        states=shown,
        reports=tally if "gateway" in sees else None,
        notices_queued=_notices(queued) if "notifier" in sees else None,
        notices_failed=_notices(troubled, NoticeStatus.FAILED)
        if "notifier" in sees
        else None,
        notices_incomplete=_notices(troubled, NoticeStatus.DELIVERED)
        if "notifier" in sees
        else None,
        jobs=_unfinished(jobs) if jobs and "knowledge" in sees else None,
    )


async def _jobs(
    parts: ConsoleParts, *, attention: bool
) -> Page[IndexJob] | Away | None:
    if not parts.has_knowledge:
        return None
    call = parts.knowledge.jobs(limit=LISTED, attention=attention)
    return await asked("knowledge", call)


async def _for_a_person(
    parts: ConsoleParts, troubled: Page[Notice] | Away
) -> tuple[Notice, ...]:
    """Leave out what failed with its report: it is told of, tried again and dismissed as its report."""
    if isinstance(troubled, Away):
        return ()
    failed = frozenset(
        notice.id for notice in troubled.items if notice.status is NoticeStatus.FAILED
    )
    of_reports = await report_pages.known(parts.engine, failed)
    return tuple(notice for notice in troubled.items if notice.id not in of_reports)


def _notices(
    page: Page[Notice] | Away, status: NoticeStatus = NoticeStatus.QUEUED
) -> Waiting | Away:
    if isinstance(page, Away):
        return page
    found = [notice.created_at for notice in page.items if notice.status is status]
    more = page.next is not None
    return Waiting(len(found), more, None if more else min(found, default=None))


def _unfinished(page: Page[IndexJob] | Away) -> Waiting | Away:
    if isinstance(page, Away):
        return page
    under_way = [
        job for job in page.items if job.status in {JobStatus.QUEUED, JobStatus.RUNNING}
    ]
    oldest = min((job.created_at for job in under_way), default=None)
    more = len(under_way) == LISTED and page.next is not None
    return Waiting(len(under_way), more, None if more else oldest)
