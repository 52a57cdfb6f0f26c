"""Reports: the list, one with its steps, retry and dismiss."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from contracts.actions import Action
from contracts.errors import Conflict
from contracts.reports import Report, ReportStatus
from contracts.texts import PlainText
from gateway.console import report_pages, small_form
from gateway.console.pages import onward, page
from gateway.console.parts import Looks, Needs, Parts
from gateway.console.shown import ACTION_TITLES

LISTED = 25

ReportId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$")]
Cursor = Annotated[str | None, Query(max_length=200)]

router = APIRouter(
    prefix="/reports",
    include_in_schema=False,
    dependencies=[Depends(Needs("gateway"))],
)
may_write = Depends(Needs("gateway", write=True))


@router.get("")
async def list_reports(
    request: Request,
    parts: Parts,
    *,
    status: ReportStatus | Literal[""] = "",
    action: Action | Literal[""] = "",
    q: Annotated[PlainText, Query(max_length=200)] = "",
    cursor: Cursor = None,
) -> Response:
    found = await parts.archive.page(
        limit=LISTED,
        status=status or None,
        action=action or None,
        q=q,
        cursor=cursor,
    )
    return page(
        request,
        "reports.html",
        reports=found.items,
        next=found.next,
        status=status,
        action=action,
        q=q,
        statuses=list(ReportStatus),
        is_first=cursor is None,
    )


@router.get("/{report_id}")
async def show_report(
    request: Request, report_id: ReportId, parts: Parts, visitor: Looks
) -> Response:
    found = await report_pages.report_page(parts.engine, report_id)
    card = None
    has_card = any(
        step.name == "card" and step.state == "done" for step in found.report.steps
    )
    if has_card and visitor.may("storage"):
        card = await report_pages.card_of(parts.storage, report_id)
    return page(request, "report.html", found=found, report=found.report, card=card)


@router.get("/{report_id}/retry", dependencies=[may_write])
async def ask_retry(request: Request, report_id: ReportId, parts: Parts) -> Response:
    return page(
        request, "retry.html", report=await _failed(parts, report_id, "tried again")
    )


@router.post("/{report_id}/retry", dependencies=[may_write])
async def retry(report_id: ReportId, parts: Parts) -> Response:
    await parts.archive.retry(report_id)
    return onward(f"/reports/{report_id}", "retried")


@router.get("/{report_id}/dismiss", dependencies=[may_write])
async def ask_dismiss(request: Request, report_id: ReportId, parts: Parts) -> Response:
    report = await _failed(parts, report_id, "dismissed")
    return page(
        request,
        "dismiss.html",
        what="report",
        about=f"{ACTION_TITLES[report.action]}, {report.chantier}, from {report.technician}",
        back=f"/reports/{report_id}",
    )


@router.post("/{report_id}/dismiss", dependencies=[may_write])
async def dismiss(request: Request, report_id: ReportId, parts: Parts) -> Response:
    await parts.archive.dismiss(report_id, await small_form.reason(request))
    return onward(f"/reports/{report_id}", "dismissed")


async def _failed(parts: Parts, report_id: str, verb: str) -> Report:
    report = await parts.archive.report(report_id)
    if report.status is not ReportStatus.FAILED:
        raise Conflict(f"This report is {report.status}; only a failed one is {verb}.")
    return report
