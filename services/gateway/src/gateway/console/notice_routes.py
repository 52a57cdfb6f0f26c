"""Notices: queued, delivered, failed and why; retry."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from chassis.telegram.account import parsed_groups
from contracts.notices import NoticeStatus
from gateway.console import report_pages, small_form
from gateway.console.asking import Away, asked, done
from gateway.console.pages import onward, page
from gateway.console.parts import Needs, Parts

LISTED = 25

NoticeId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:@-]{1,200}$")]

router = APIRouter(
    prefix="/notices",
    include_in_schema=False,
    dependencies=[Depends(Needs("notifier"))],
)

may_write = Depends(Needs("notifier", write=True))


@router.get("")
async def list_notices(
    request: Request,
    parts: Parts,
    status: NoticeStatus | Literal["", "attention"] = "",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    found = await asked(
        "notifier",
        parts.notifier.notices(
            status=status if isinstance(status, NoticeStatus) else None,
            limit=LISTED,
            cursor=cursor,
            attention=status == "attention",
        ),
    )
    ids = frozenset() if isinstance(found, Away) else {n.id for n in found.items}
    return page(
        request,
        "notices.html",
        found=found,
        of_reports=await report_pages.known(parts.engine, frozenset(ids)),
        status=status,
        statuses=list(NoticeStatus),
        is_first=cursor is None,
        groups=_groups(parts),
    )


@router.get("/{notice_id}")
async def show_notice(request: Request, notice_id: NoticeId, parts: Parts) -> Response:
    notice = await asked("notifier", parts.notifier.notice(notice_id))
    of_reports = await report_pages.known(parts.engine, frozenset({notice_id}))
    return page(
        request,
        "notice.html",
        notice=notice,
        is_of_report=notice_id in of_reports,
        groups=_groups(parts),
    )


@router.post("/{notice_id}/retry", dependencies=[may_write])
async def retry(notice_id: NoticeId, parts: Parts) -> Response:
    await done("notifier", parts.notifier.retry(notice_id))
    return onward(f"/notices/{notice_id}", "retried")


@router.get("/{notice_id}/dismiss", dependencies=[may_write])
async def ask_dismiss(request: Request, notice_id: NoticeId, parts: Parts) -> Response:
    notice = await done("notifier", parts.notifier.notice(notice_id))
    return page(
        request,
        "dismiss.html",
        what="notice",
        about=notice.text,
        back=f"/notices/{notice_id}",
    )


@router.post("/{notice_id}/dismiss", dependencies=[may_write])
async def dismiss(request: Request, notice_id: NoticeId, parts: Parts) -> Response:
    reason = await small_form.reason(request)
    await done("notifier", parts.notifier.dismiss(notice_id, reason))
    return onward(f"/notices/{notice_id}", "dismissed")


def _groups(parts: Parts) -> dict[int, str]:
    """The names that the admin gave: nobody knows a group by its id."""
    named = parsed_groups(parts.gateway.state.settings.telegram_groups)
    return {chat_id: name for name, chat_id in named.items()}
