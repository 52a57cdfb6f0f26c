"""What callers send, as a `Body`."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.requests import ClientDisconnect

from contracts.errors import Rejected
from storage.body import Body


class CallerLeft(Rejected):
    """The caller hung up half-way; nobody reads this answer."""

    status, code, title = 400, "caller_left", "The caller hung up"


class CallerStalled(Rejected):
    """The caller is still there and sends nothing; it may try again, we cannot."""

    status, code, title, retryable = 408, "caller_stalled", "The body stalled", True


class Receiver:
    """Reads what callers send; *stalled_s* is for how long one of them may send nothing while a place is held for it."""

    def __init__(self, *, stalled_s: float) -> None:
        self._stalled_s = stalled_s

    def body(self, request: Request) -> Body:
        """Take the body of *request*, read when it is asked for."""
        length = request.headers.get("content-length", "")
        size_bytes = int(length) if length.isdecimal() else None
        return Body(self.pieces(request), size_bytes=size_bytes)

    async def pieces(self, request: Request) -> AsyncIterator[bytes]:
        """
        Give the body piece by piece.

        Raises:
            CallerLeft: It broke off.
            CallerStalled: It goes on too slowly.
        """
        stream = request.stream()
        try:
            while True:
                async with asyncio.timeout(self._stalled_s):
                    piece = await anext(stream, None)
                if piece is None:
                    return
                if piece:
                    yield piece
        except ClientDisconnect as error:
            raise CallerLeft("The body broke off; send it again.") from error
        except TimeoutError as error:
            raise CallerStalled(
                f"Nothing of the body came for {self._stalled_s:.0f} s; send it again."
            ) from error
