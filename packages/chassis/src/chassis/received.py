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


SLOWEST_BYTES_PER_S = 1024
"""No line that carries a photo at all is slower; a caller that sends a byte now and then would keep what is held for it."""


class Allowance:
    """
    For how long a caller is waited for: *lag_s*, and what it falls behind *bytes_per_s* is taken off that.

    What is done with a piece is not the caller's time.
    """

    def __init__(self, lag_s: float, bytes_per_s: int) -> None:
        self._lag_s = self._left_s = lag_s
        self._bytes_per_s = bytes_per_s

    async def next(self, pieces: AsyncIterator[bytes]) -> bytes | None:
        """
        Give the next of *pieces*, ``None`` at their end.

        Raises:
            TimeoutError: It does not come in time.
        """
        clock = asyncio.get_running_loop().time
        asked_at = clock()
        async with asyncio.timeout(self._left_s):
            piece = await anext(pieces, None)
        earned_s = len(piece or b"") / self._bytes_per_s
        left_s = self._left_s - (clock() - asked_at)
        self._left_s = min(self._lag_s, left_s + earned_s)
        return piece


async def pieces(request: Request, *, stalled_s: float) -> AsyncIterator[bytes]:
    """
    Give the body of *request* piece by piece.

    Args:
        request: Not read yet.
        stalled_s: For how long the caller may send nothing, or fall behind ``SLOWEST_BYTES_PER_S``.

    Raises:
        CallerLeft: It broke off.
        CallerStalled: It goes on too slowly.
    """
    stream = request.stream()
    allowance = Allowance(stalled_s, SLOWEST_BYTES_PER_S)
    try:
        while (piece := await allowance.next(stream)) is not None:
            if piece:
                yield piece
    except ClientDisconnect as error:
        raise CallerLeft("The body broke off; send it again.") from error
    except TimeoutError as error:
        raise CallerStalled(
            f"For {stalled_s:.0f} s nothing of the body came, or less than {SLOWEST_BYTES_PER_S} bytes a second; send it again."
        ) from error
