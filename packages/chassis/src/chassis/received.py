"""A body as it comes in, piece by piece."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from contracts.errors import Rejected


class CallerLeft(Rejected):
    """The caller hung up half-way; nobody reads this answer."""

    status, code, title = 400, "caller_left", "The caller hung up"


class CallerStalled(Rejected):
    """The caller is still there and sends nothing; it may try again, we cannot."""

    status, code, title, retryable = 408, "caller_stalled", "The body stalled", True


async def pieces(request: Request, *, stalled_s: float) -> AsyncIterator[bytes]:
    """
    Give the body of *request* piece by piece.

    Args:
        request: Not read yet.
        stalled_s: For how long the caller may send nothing.

    Raises:
        CallerLeft: It broke off.
        CallerStalled: It goes on too slowly.
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
    except ClientDisconnect as error:
        raise CallerLeft("The body broke off; send it again.") from error
    except TimeoutError as error:
        raise CallerStalled(
            f"Nothing of the body came for {stalled_s:.0f} s; send it again."
        ) from error
