"""Routes of reports."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from contracts.paging import Page
from contracts.reports import Report, ReportStatus
from gateway.archive import ReportArchive

router = APIRouter(prefix="/gateway", tags=["reports"])


def _archive(request: Request) -> ReportArchive:
    archive: ReportArchive = request.app.state.archive
    return archive


Archive = Annotated[ReportArchive, Depends(_archive)]


@router.get("/reports")
async def list_reports(
    archive: Archive,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    status: ReportStatus | None = None,
    cursor: str | None = None,
) -> Page[Report]:
    """List the reports, newest first, with the state of each step."""
    return await archive.page(limit=limit, status=status, cursor=cursor)


@router.get("/reports/{report_id}")
async def show_report(report_id: str, archive: Archive) -> Report:
    return await archive.report(report_id)


@router.post("/reports/{report_id}/retry", status_code=202)
async def retry_report(report_id: str, archive: Archive) -> Report:
    """File a failed report again, from the step that failed."""
    return await archive.retry(report_id)
