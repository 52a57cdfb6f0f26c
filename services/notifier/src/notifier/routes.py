"""Routes of notices."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import Response

from contracts.dismissals import DismissRequest
from contracts.notices import Notice, NoticeRequest, NoticeStatus
from contracts.paging import Page, Shape
from notifier.forms import FORM, Files, NoticeRoute
from notifier.notices import Notices

router = APIRouter(
    prefix="/notifier/notices", tags=["notices"], route_class=NoticeRoute
)

NoticeId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:@-]{1,200}$")]
Wait = Annotated[
    float,
    Query(
        alias="wait",
        ge=0,
        le=240,
        description="Seconds to wait until it is delivered or has failed.",
    ),
]


async def _notices(request: Request) -> Notices:
    notices: Notices = request.app.state.notices
    return notices


Asked = Annotated[Notices, Depends(_notices)]

_SETTLED: dict[int | str, dict[str, Any]] = {
    200: {"model": Notice, "description": "Settled: delivered, or failed"},
    202: {"description": "On its way"},
}


@router.put("/{notice_id}", status_code=202, responses=_SETTLED, openapi_extra=FORM)
async def put_notice(
    notice_id: NoticeId,
    notice: NoticeRequest,
    files: Files,
    notices: Asked,
    response: Response,
    *,
    wait_s: Wait = 0,
) -> Notice:
    """
    Say what a notice shall show: posted once, its text edited in place when it changes, each of its media shown once.

    202 while it is on its way, 200 once it is settled: delivered, or failed for the reason in `last_error`.
    """
    kept = await notices.put(notice_id, notice, files, wait_s=wait_s)
    return _answered(response, kept)


@router.post("", status_code=202, responses=_SETTLED, openapi_extra=FORM)
async def post_notice(
    notice: NoticeRequest,
    files: Files,
    notices: Asked,
    response: Response,
    *,
    wait_s: Wait = 0,
    key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)] = None,
) -> Notice:
    """Post a notice; the same `Idempotency-Key` with the same body is the same notice."""
    return _answered(response, await notices.post(notice, files, key, wait_s=wait_s))


@router.get("")
async def list_notices(
    notices: Asked,
    *,
    status: NoticeStatus | None = None,
    incomplete: Annotated[
        bool, Query(description="Only those that lack a photo or file.")
    ] = False,
    attention: Annotated[
        bool,
        Query(
            description="Only those that need a person: they failed or lack something, and nobody dismissed them."
        ),
    ] = False,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    shape: Shape = "page",
) -> Page[Notice] | tuple[Notice, ...]:
    """List notices, newest first; `shape=items` gives the bare array."""
    page = await notices.page(
        status=status,
        cursor=cursor,
        limit=limit,
        incomplete=incomplete,
        attention=attention,
    )
    return page.items if shape == "items" else page


@router.get("/{notice_id}")
async def get_notice(notice_id: NoticeId, notices: Asked) -> Notice:
    return await notices.get(notice_id)


@router.post("/{notice_id}/retry", status_code=202, responses=_SETTLED)
async def retry_notice(
    notice_id: NoticeId, notices: Asked, response: Response, wait_s: Wait = 0
) -> Notice:
    """Try again now: a failed or waiting notice, or what is missing of a delivered one."""
    return _answered(response, await notices.retry(notice_id, wait_s=wait_s))


@router.post("/{notice_id}/dismiss")
async def dismiss_notice(
    notice_id: NoticeId, given: DismissRequest, notices: Asked
) -> Notice:
    """Let a notice rest that failed or lacks something: no figure counts it any more, `retry` still posts it."""
    return await notices.dismiss(notice_id, given.reason)


def _answered(response: Response, notice: Notice) -> Notice:
    if notice.status is not NoticeStatus.QUEUED:
        response.status_code = 200
    return notice
