"""The overview with its button, and the test search."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from contracts.knowledge import SearchRequest
from contracts.texts import PlainText
from gateway.console.asking import asked
from gateway.console.overview import overview
from gateway.console.pages import onward, page
from gateway.console.parts import Looks, Needs, Parts

SEARCH_S = 8.0
ANSWER_S = 30.0
"""With a model's leads: as long as knowledge itself waits for them, and a little."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def show_overview(request: Request, parts: Parts, visitor: Looks) -> Response:
    found = await overview(parts, visitor, datetime.now(UTC))
    return page(request, "overview.html", overview=found)


@router.post("/events/retry", dependencies=[Depends(Needs("gateway", write=True))])
async def tell_events_again(parts: Parts) -> Response:
    await parts.events.retry_all()
    return onward("/", "told")


@router.get("/search", dependencies=[Depends(Needs("knowledge"))])
async def search(
    request: Request,
    parts: Parts,
    q: Annotated[PlainText, Query(max_length=2000)] = "",
    passages: Annotated[int, Query(ge=1, le=20)] = 3,
    leads: bool = False,
) -> Response:
    """Ask as a technician would; without a question, the empty form."""
    question = q.strip()
    answer = None
    if question:
        asks = SearchRequest(
            query=question, limit=passages, rewrite="auto" if leads else "never"
        )
        wait_s = ANSWER_S if leads else SEARCH_S
        answer = await asked(
            "knowledge", parts.knowledge.search(asks, timeout_s=wait_s), wait_s=wait_s
        )
    return page(
        request,
        "search.html",
        question=question,
        passages=passages,
        leads=leads,
        answer=answer,
    )
