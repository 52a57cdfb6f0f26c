"""Routes whose body is one JSON document: it is read whole, so it has a limit; what streams is declared otherwise."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message

from chassis.json_bodies import given, not_json, require_few_values
from chassis.large_bodies import LargeBodies

_JSON = re.compile(r"\s*application/([\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)


class JSONRoute(APIRoute):
    """
    Reads the body that a route declares, see `LargeBodies`; one that reads its request itself is left alone.

    FastAPI reads without a limit, and parsing takes many times as much again: 100 MB held the others up for a second.
    Its own bound, ``max_body_size``, answers in plain text. ``app.state.large_bodies`` has the places for large ones.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            if self.body_field is None:
                return await answer(request)
            _require_json(request.headers.get("content-type", ""))
            large: LargeBodies = request.app.state.large_bodies
            async with large.whole(request.stream()) as body:
                require_few_values(body)
                return await _answered(answer, request, body)

        return bounded


def _require_json(content_type: str) -> None:
    """Leave other types unread, as a browser sends them for any page without a question to the service."""
    if not _JSON.match(content_type):
        raise not_json(
            "Send JSON, and say so by the header Content-Type: application/json."
        )


async def _answered(
    answer: Callable[[Request], Coroutine[Any, Any, Response]],
    request: Request,
    body: bytearray,
) -> Response:
    """
    Answer *request*, whose *body* was read; without one it is told which fields to send.

    Raises:
        Rejected: It is no text of UTF-8, or nested too deeply: the framework says that in words of its own.
    """

    async def again() -> Message:
        return {"type": "http.request", "body": given(body), "more_body": False}

    try:
        return await answer(Request(request.scope, again))
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise not_json(
            "The body cannot be read: send JSON in UTF-8, not compressed, and not nested hundreds deep."
        ) from error
