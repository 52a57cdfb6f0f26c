"""Routes whose body is one JSON document: it is read whole, so it has a limit; what streams is declared otherwise."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from contracts.errors import FieldProblem, Rejected, TooLarge

_JSON = re.compile(r"\s*application/([\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)
MAX_BODY_BYTES = 8 * 1024 * 1024
"""Ten times what the largest of our messages can hold."""


class SmallBodyRoute(APIRoute):
    """
    Reads the body that a route declares up to ``MAX_BODY_BYTES``; one that reads its request itself is left alone.

    FastAPI reads without a limit, and parsing takes three times as much again: 100 MB held the others up for a second.
    Its own bound, ``max_body_size``, answers in plain text.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            if self.body_field is None:
                return await answer(request)
            body = await _read(request)
            _require_json(request.headers.get("content-type", ""))
            return await answer(body)

        return bounded


def _require_json(content_type: str) -> None:
    """Leave other types unread, as a browser sends them for any page without a question to the service."""
    if not _JSON.match(content_type):
        said = "Send JSON, and say so by the header Content-Type: application/json."
        raise Rejected(
            said, code="not_json", errors=(FieldProblem(field="body", detail=said),)
        )


async def _read(request: Request) -> Request:
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > MAX_BODY_BYTES:
            raise TooLarge(f"The body may have {MAX_BODY_BYTES // 2**20} MiB.")

    async def again() -> Message:
        return {"type": "http.request", "body": bytes(raw), "more_body": False}

    return Request(request.scope, again)
