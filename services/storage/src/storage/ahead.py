"""Small bodies, read before their turn comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from chassis.received import CallerStalled
from storage.body import WINDOW_BYTES, Body

_AT_ONCE = 32
_UNSURE_AT_ONCE = 24
"""Of them, for what may turn out to be large, and then waits with its place for a turn among the large ones."""


class ReadAhead:
    """
    Holds at most ``_AT_ONCE`` bodies of ``WINDOW_BYTES``, whoever sends them; the others wait at their callers'.

    A place is kept until what was read is written. So it is taken before any lock on a path: who has one may wait for
    the other, never the reverse.

    Args:
        arrive_s: How long what is read may take to arrive: who trickles never stalls, and 32 of them had all places for good.
    """

    def __init__(self, *, arrive_s: float) -> None:
        self._arrive_s = arrive_s
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._unsure = asyncio.Semaphore(_UNSURE_AT_ONCE)

    @asynccontextmanager
    async def held(self, body: Body) -> AsyncIterator[None]:
        """Read into memory what fits; a body known to be larger is read when it is sent."""
        if body.begun or (body.announced_bytes or 0) > WINDOW_BYTES:
            yield
            return
        async with nullcontext() if body.is_small else self._unsure, self._places:
            await self._settle(body)
            yield

    async def _settle(self, body: Body) -> None:
        try:
            async with asyncio.timeout(self._arrive_s):
                await body.settle()
        except TimeoutError as error:
            raise CallerStalled(
                f"The body's beginning took more than {self._arrive_s:.0f} s to arrive; send it again."
            ) from error
