"""Routes of reports, events, files and messages."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import Response

from chassis.downloads import Download
from chassis.json_routes import JSONRoute
from contracts.actions import Action
from contracts.chat import MessageRequest, SentMessage
from contracts.dismissals import DismissRequest
from contracts.events import EventType, KeptEvent, TellingStatus
from contracts.paging import Page, Shape
from contracts.reports import Report, ReportStatus
from contracts.texts import PlainText
from gateway.parts import GatewayParts

router = APIRouter(prefix="/gateway", route_class=JSONRoute)


async def _parts(request: Request) -> GatewayParts:
    parts: GatewayParts = request.app.state.parts
    return parts


Parts = Annotated[GatewayParts, Depends(_parts)]


@router.get("/reports", tags=["reports"])
async def list_reports(
    parts: Parts,
    *,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    status: ReportStatus | None = None,
    action: Action | None = None,
    q: Annotated[PlainText, Query(max_length=200)] = "",
    cursor: PlainText | None = None,
    shape: Shape = "page",
) -> Page[Report] | tuple[Report, ...]:
    """
    List the reports, newest first, with the state of each step; `shape=items` gives the bare array.

    `q` is a part of the chantier's or the technician's name; accents and capitals do not matter.
    """
    page = await parts.archive.page(
        limit=limit, status=status, action=action, q=q, cursor=cursor
    )
    return page.items if shape == "items" else page


@router.get("/reports/{report_id}", tags=["reports"])
async def show_report(report_id: PlainText, parts: Parts) -> Report:
    return await parts.archive.report(report_id)


@router.post("/reports/{report_id}/retry", status_code=202, tags=["reports"])
async def retry_report(report_id: PlainText, parts: Parts) -> Report:
    """File a failed report again, from the step that failed."""
    return await parts.archive.retry(report_id)


@router.post("/reports/{report_id}/dismiss", tags=["reports"])
async def dismiss_report(
    report_id: PlainText, given: DismissRequest, parts: Parts
) -> Report:
    """Let a failed report rest: it no longer counts as one that needs a person, `retry` still files it."""
    return await parts.archive.dismiss(report_id, given.reason)


@router.get("/events", tags=["events"])
async def list_events(
    parts: Parts,
    *,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    status: TellingStatus | None = None,
    type_: Annotated[EventType | None, Query(alias="type")] = None,
    cursor: PlainText | None = None,
    shape: Shape = "page",
) -> Page[KeptEvent] | tuple[KeptEvent, ...]:
    """List what `WEBHOOK_URLS` are told, newest first; `shape=items` gives the bare array."""
    page = await parts.events.page(
        limit=limit, status=status, type_=type_, cursor=cursor
    )
    return page.items if shape == "items" else page


@router.post("/events/{event_id}/retry", status_code=202, tags=["events"])
async def retry_event(event_id: PlainText, parts: Parts) -> KeptEvent:
    """Tell an event again, to every address and with the same `webhook-id`, whether it was taken or not."""
    return await parts.events.retry(event_id)


@router.post("/events/{event_id}/dismiss", tags=["events"])
async def dismiss_event(
    event_id: PlainText, given: DismissRequest, parts: Parts
) -> KeptEvent:
    """Let an event rest that was dropped: it no longer counts as one that needs a person, `retry` still tells it."""
    return await parts.events.dismiss(event_id, given.reason)


_ANY_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"*/*": {}}, "description": "The file's bytes"},
    206: {"content": {"*/*": {}}, "description": "The part asked for by `Range`"},
}


@router.get(
    "/files/{file_id}",
    response_class=Response,
    responses=_ANY_FILE,
    tags=["telegram"],
)
async def get_file(
    file_id: PlainText,
    parts: Parts,
    range_header: Annotated[str | None, Header(alias="Range")] = None,
) -> Response:
    """Read a Telegram file by its `file_id`, of the Bot API or of MTProto, up to 2 GB."""
    return Download(parts.readers, parts.downloads.asked(file_id, range_header))


@router.post("/messages", tags=["telegram"])
async def send_message(
    message: MessageRequest,
    parts: Parts,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> SentMessage:
    """Send a text to a group of TELEGRAM_GROUPS, or to a person whom the bot knows; of `buttons` each row is a list."""
    return await parts.messenger.send(message, idempotency_key)
