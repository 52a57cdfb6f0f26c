"""A request's body as a `Body`."""

from collections.abc import AsyncIterator

from fastapi import Request
from starlette.requests import ClientDisconnect

from contracts.errors import Rejected
from storage.body import Body


class CallerLeft(Rejected):
    """The caller hung up half-way; nobody reads this answer."""

    status, code, title = 400, "caller_left", "The caller hung up"


def received(request: Request) -> Body:
    """Take the body of *request*, read when it is asked for."""
    length = request.headers.get("content-length", "")
    return Body(pieces(request), size_bytes=int(length) if length.isdecimal() else None)


async def pieces(request: Request) -> AsyncIterator[bytes]:
    """
    Give the body piece by piece.

    Raises:
        CallerLeft: It broke off.
    """
    try:
        async for piece in request.stream():
            if piece:
                yield piece
    except ClientDisconnect as error:
        raise CallerLeft("The body broke off; send it again.") from error
