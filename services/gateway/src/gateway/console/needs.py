"""What needs a person: what, why, and where to do something about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from contracts.knowledge import IndexJob
from contracts.notices import Notice, NoticeStatus
from contracts.paging import Page
from gateway.console.advice import complaints
from gateway.console.asking import Away
from gateway.console.report_pages import ReportTally
from gateway.console.shown import ACTION_TITLES, ago
from gateway.console.states import ServiceState
from gateway.untold import Untold

_FEW = 5


@dataclass(frozen=True)
class Need:
    """
    Something that a person has to do: what, why, where; ``do`` where no page of ours says more.

    ``retry`` is where a button posts to that tries again at once, for who may write to ``service``.
    """

    what: str
    why: str
    path: str = ""
    do: str = ""
    retry: str = ""
    service: str = ""


def of_states(found: tuple[ServiceState, ...]) -> Iterable[Need]:
    for state in found:
        for complaint in complaints(state):
            yield Need(complaint.what, complaint.why, do=complaint.do)


def of_reports(
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


def of_events(missed: Untold) -> Iterable[Need]:
    if count := missed.late + missed.dropped:
        yield Need(
            f"{count} event{'s' * (count > 1)} did not reach a workflow",
            f"The oldest is for {missed.why}",
            do="Look at WEBHOOK_URLS, and whether the workflow is switched on. GET /gateway/events says which; "
            "POST /gateway/events/{event_id}/dismiss lets one rest.",
            retry="/events/retry",
            service="gateway",
        )


def of_notices(troubled: tuple[Notice, ...]) -> Iterable[Need]:
    for notice in troubled[:_FEW]:
        path = f"/notices/{quote(notice.id, safe='')}"
        if notice.status is NoticeStatus.FAILED:
            what, why = "A notice was not delivered", notice.last_error or ""
        else:
            lacks = notice.missing[0]
            what = f"A notice lacks {len(notice.missing)} of its photos or files"
            why = f"{lacks.name}: {lacks.detail} Put back what is missing, then retry; or dismiss it."
        yield Need(what, why, path, retry=f"{path}/retry", service="notifier")
    left = len(troubled) - _FEW
    if left > 0:
        yield Need(f"{left} more notices need you", "", "/notices?status=attention")


def of_jobs(failed: Page[IndexJob] | Away | None) -> Iterable[Need]:
    for job in failed.items[:_FEW] if isinstance(failed, Page) else ():
        yield Need(
            f"A document could not be indexed: {job.document_id}",
            job.last_error or "",
            f"/jobs/{quote(job.job_id, safe='')}",
        )
