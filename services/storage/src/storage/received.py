"""A request's body as a `Body`."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.requests import ClientDisconnect

from contracts.errors import Rejected
from storage.body import Body

STALLED_S = 300.0
"""Longer than a flood wait of Telegram's that the gateway sits out in the middle of a file."""


class CallerLeft(Rejected):
    """The caller hung up half-way; nobody reads this answer."""

    status, code, title = 400, "caller_left", "The caller hung up"


def received(request: Request) -> Body:
    """Take the body of *request*, read when it is asked for."""
    length = request.headers.get("content-length", "")
    return Body(pieces(request), size_bytes=int(length) if length.isdecimal() else None)


async def pieces(
    request: Request, *, stalled_s: float = STALLED_S
) -> AsyncIterator[bytes]:
    """
    Give the body piece by piece.

    Raises:
        CallerLeft: It broke off, or nothing came for *stalled_s* while a place was held for it.
    """
    stream = request.stream()
    try:
        while True:
            async with asyncio.timeout(stalled_s):
                piece = await anext(stream, None)
            if piece is None:
                return
            if piece:
                yield piece
    except (ClientDisconnect, TimeoutError) as error:
        raise CallerLeft("The body broke off; send it again.") from error
