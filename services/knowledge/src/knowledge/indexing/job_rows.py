"""Rows of the table of jobs, as they are told."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, select

from contracts.dismissals import Dismissal
from contracts.knowledge import IndexJob, JobStatus
from knowledge.documents.tables import dismissals, jobs


def needs_person() -> ColumnElement[bool]:
    """Whether a job failed, nobody dismissed it, and its document was not sent again since."""
    later = jobs.alias()
    return and_(
        jobs.c.status == JobStatus.FAILED,
        jobs.c.job_id.not_in(select(dismissals.c.job_id)),
        ~select(later.c.number)
        .where(
            later.c.document_id == jobs.c.document_id, later.c.number > jobs.c.number
        )
        .exists(),
    )


def told() -> Select[Any]:
    """Jobs with what was said of those that rest."""
    rests = jobs.outerjoin(dismissals, dismissals.c.job_id == jobs.c.job_id)
    return select(jobs, dismissals.c.reason, dismissals.c.dismissed_at).select_from(
        rests
    )


def job_of(row: Row[tuple[object, ...]]) -> IndexJob:
    reason = getattr(row, "reason", None)
    return IndexJob(
        job_id=row.job_id,
        document_id=row.document_id,
        status=row.status,
        pages_done=row.pages_done,
        pages=row.pages,
        last_error=row.last_error,
        dismissed=None
        if reason is None
        else Dismissal(reason=reason, dismissed_at=row.dismissed_at),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
