"""What callers send, as a `Body`."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request

from chassis import received
from chassis.received import Allowance, CallerStalled
from storage.body import Body

_WHOLE_AT_ONCE = 2
SLOWEST_BYTES_PER_S = 16 * 1024
"""A phone with one bar of 3G sends three times as much."""
LAG_S = 60.0


class Paced:
    """
    The pieces of a body, which have to come at a pace once a place is held for them that others wait for.

    Args:
        pieces: As they come.
        lag_s: What it may fall behind ``SLOWEST_BYTES_PER_S``.
    """

    def __init__(self, pieces: AsyncIterator[bytes], *, lag_s: float) -> None:
        self._pieces = pieces
        self._lag_s = lag_s
        self._allowance: Allowance | None = None

    def require_pace(self) -> None:
        """Begin to count."""
        self._allowance = Allowance(self._lag_s, SLOWEST_BYTES_PER_S)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        """
        Give the next piece.

        Raises:
            CallerStalled: It took too long.
        """
        if self._allowance is None:
            return await anext(self._pieces)
        try:
            piece = await self._allowance.next(self._pieces)
        except TimeoutError as error:
            raise CallerStalled(
                f"This comes too slowly to be held whole ({SLOWEST_BYTES_PER_S // 1024} KiB a second at least). Send the"
                " file raw, or as multipart with 'path' first: then it may take its time."
            ) from error
        if piece is None:
            raise StopAsyncIteration
        return piece


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

    def paced(self, request: Request) -> Paced:
        """Give the body of a call that may have to be held whole."""
        return Paced(self.pieces(request), lag_s=min(LAG_S, self._stalled_s))
