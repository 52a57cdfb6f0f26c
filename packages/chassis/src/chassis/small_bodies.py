"""Routes whose body is one JSON document: it is read whole, so it has a limit; what streams is declared otherwise."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from contracts.errors import TooLarge

MAX_BODY_BYTES = 8 * 1024 * 1024
"""Ten times what the largest of our messages can hold."""


class SmallBodyRoute(APIRoute):
    """
    Reads the body that a route declares up to ``MAX_BODY_BYTES``; one that reads its request itself is left alone.

    FastAPI reads without a limit, and parsing takes three times as much again: 100 MB held the others up for a second.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            given = request if self.body_field is None else await _read(request)
            return await answer(given)

        return bounded


async def _read(request: Request) -> Request:
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > MAX_BODY_BYTES:
            raise TooLarge(f"The body may have {MAX_BODY_BYTES // 2**20} MiB.")

    async def again() -> Message:
        return {"type": "http.request", "body": bytes(raw), "more_body": False}

    return Request(request.scope, again)
