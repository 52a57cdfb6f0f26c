"""Everything at a glance: what needs a person first."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from contracts.knowledge import IndexJob, JobStatus
from contracts.notices import Notice, NoticeStatus
from contracts.paging import Page
from gateway.console import report_pages
from gateway.console.advice import complaints
from gateway.console.asking import Away, asked
from gateway.console.parts import ConsoleParts
from gateway.console.report_pages import ReportTally
from gateway.console.sessions import Visitor
from gateway.console.shown import ACTION_TITLES, ago
from gateway.console.states import ServiceState, states

LISTED = 200
"""As many as one page of notices or jobs holds; the overview counts no further and says so with a +."""
FRESH = timedelta(days=7)
"""A notice or a document that failed needs somebody for a week: neither can be dismissed."""
_FEW = 5


@dataclass(frozen=True)
class Need:
    """Something that a person has to do: what, why, where; ``do`` where no page of ours says more."""

    what: str
    why: str
    path: str = ""
    do: str = ""


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
    jobs: Waiting | Away | None


async def overview(parts: ConsoleParts, visitor: Visitor, now: datetime) -> Overview:
    """Ask everyone side by side."""
    queued, failed, jobs, found, tally = await asyncio.gather(
        asked(
            "notifier",
            parts.notifier.notices(status=NoticeStatus.QUEUED, limit=LISTED),
        ),
        asked(
            "notifier",
            parts.notifier.notices(status=NoticeStatus.FAILED, limit=LISTED),
        ),
        _jobs(parts),
        states(parts),
        report_pages.tally(parts.engine, now),
    )
    late_after = timedelta(seconds=parts.gateway.state.settings.stuck_after_s)
    sees = {name for name in ("gateway", "notifier", "knowledge") if visitor.may(name)}
    orphans = await _of_no_report(parts, failed, now)
    jobs_failed = failed_jobs(jobs.items, now) if isinstance(jobs, Page) else ()
    shown = tuple(state for state in found if visitor.may(state.name))
    return Overview(
        needs=(
            *_of_states(shown),
            *(_of_reports(tally, late_after, now) if "gateway" in sees else ()),
            *(_of_notices(orphans) if "notifier" in sees else ()),
            *(_of_jobs(jobs_failed) if "knowledge" in sees else ()),
        ),
        states=shown,
        reports=tally if "gateway" in sees else None,
        notices_queued=_notices(queued) if "notifier" in sees else None,
        notices_failed=_notices(failed) if "notifier" in sees else None,
        jobs=_unfinished(jobs) if jobs and "knowledge" in sees else None,
    )


def failed_jobs(jobs: Iterable[IndexJob], now: datetime) -> tuple[IndexJob, ...]:
    """Of *jobs*, newest first, the last of each document where that failed of late."""
    last: dict[str, IndexJob] = {}
    for job in jobs:
        last.setdefault(job.document_id, job)
    return tuple(
        job
        for job in last.values()
        if job.status is JobStatus.FAILED and job.updated_at > now - FRESH
    )


async def _jobs(parts: ConsoleParts) -> Page[IndexJob] | Away | None:
    if not parts.has_knowledge:
        return None
    return await asked("knowledge", parts.knowledge.jobs(limit=LISTED))


async def _of_no_report(
    parts: ConsoleParts, failed: Page[Notice] | Away, now: datetime
) -> tuple[Notice, ...]:
    """Notices that failed of late; one of a report is told of, or dismissed, as its report."""
    if isinstance(failed, Away):
        return ()
    fresh = [notice for notice in failed.items if notice.created_at > now - FRESH]
    of_reports = await report_pages.known(
        parts.engine, frozenset(notice.id for notice in fresh)
    )
    return tuple(notice for notice in fresh if notice.id not in of_reports)


def _notices(page: Page[Notice] | Away) -> Waiting | Away:
    if isinstance(page, Away):
        return page
    oldest = min((notice.created_at for notice in page.items), default=None)
    more = page.next is not None
    return Waiting(len(page.items), more, None if more else oldest)


def _unfinished(page: Page[IndexJob] | Away) -> Waiting | Away:
    if isinstance(page, Away):
        return page
    under_way = [
        job for job in page.items if job.status in {JobStatus.QUEUED, JobStatus.RUNNING}
    ]
    oldest = min((job.created_at for job in under_way), default=None)
    more = len(under_way) == LISTED and page.next is not None
    return Waiting(len(under_way), more, None if more else oldest)


def _of_states(found: tuple[ServiceState, ...]) -> Iterable[Need]:
    for state in found:
        for complaint in complaints(state):
            yield Need(complaint.what, complaint.why, do=complaint.do)


def _of_reports(
    tally: ReportTally, late_after: timedelta, now: datetime
) -> Iterable[Need]:
    if tally.oldest_at is not None and tally.oldest_at < now - late_after:
        yield Need(
            f"A report waits for {ago(tally.oldest_at, now)} to be filed",
            "Its steps say what for. It goes on by itself once that is there again.",
            "/reports?status=filing",
        )
    for report in tally.failed[:_FEW]:
        yield Need(
            f"A report failed: {ACTION_TITLES[report.action]}, {report.client}",
            f"From {report.technician}. See which step was refused, mend it, then retry; or dismiss it.",
            f"/reports/{report.report_id}",
        )
    left = len(tally.failed) - _FEW
    if left > 0:
        yield Need(f"{left} more reports failed", "", "/reports?status=failed")


def _of_notices(failed: tuple[Notice, ...]) -> Iterable[Need]:
    if failed:
        yield Need(
            "A notice was not delivered"
            if len(failed) == 1
            else f"{len(failed)} notices were not delivered",
            failed[0].last_error or "",
            "/notices?status=failed",
        )


def _of_jobs(failed: tuple[IndexJob, ...]) -> Iterable[Need]:
    for job in failed[:_FEW]:
        yield Need(
            f"A document could not be indexed: {job.document_id}",
            job.last_error or "",
            f"/jobs/{quote(job.job_id, safe='')}",
        )
