"""What callers send, as a `Body`."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request

from chassis import received
from storage.body import Body

_WHOLE_AT_ONCE = 2


class Receiver:
    """
    Reads what callers send; *stalled_s* is for how long one of them may send nothing while a place is held for it.

    ``whole`` is a place for a call that is held whole: large JSON, and files before the fields that say where to.
    """

    def __init__(self, *, stalled_s: float) -> None:
        self.whole = asyncio.Semaphore(_WHOLE_AT_ONCE)
        self._stalled_s = stalled_s

    def body(self, request: Request) -> Body:
        """Take the body of *request*, read when it is asked for."""
        length = request.headers.get("content-length", "")
        size_bytes = int(length) if length.isdecimal() else None
        return Body(self.pieces(request), size_bytes=size_bytes)

    def pieces(self, request: Request) -> AsyncIterator[bytes]:
        """Give the body piece by piece, see `received.pieces`."""
        return received.pieces(request, stalled_s=self._stalled_s)
