"""Small bodies, read before their turn comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from chassis.received import CallerStalled
from chassis.tasks import stop
from storage.body import WINDOW_BYTES, Body
from storage.received import SLOWEST_BYTES_PER_S

_AT_ONCE = 32
_UNSURE_AT_ONCE = 24
"""Of them, for what may turn out to be large, and then waits with its place for a turn among the large ones."""
PAUSE_S = 5.0


class ReadAhead:
    """
    Holds at most ``_AT_ONCE`` bodies of ``WINDOW_BYTES``, whoever sends them; the others wait at their callers'.

    A place is kept until what was read is written. So it is taken before any lock on a path: who has one may wait for
    the other, never the reverse.

    Args:
        arrive_s: How long what is read may take to arrive: who trickles never stalls, and 32 of them had all places for good.
        pause_s: Who lags for so long gives up his place while there is no other: 150 who sent nothing kept all out for `arrive_s`.
    """

    def __init__(self, *, arrive_s: float, pause_s: float = PAUSE_S) -> None:
        self._arrive_s = arrive_s
        self._pause_s = pause_s
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
        settling = asyncio.create_task(body.settle())
        try:
            async with asyncio.timeout(self._arrive_s):
                await self._settled(settling, body)
        except TimeoutError as error:
            raise CallerStalled(
                f"The body's beginning took more than {self._arrive_s:.0f} s to arrive, or stalled while others waited; send it again."
            ) from error
        finally:
            await stop([settling])

    async def _settled(self, settling: asyncio.Task[None], body: Body) -> None:
        wanted_bytes = 0.0
        while not (await asyncio.wait([settling], timeout=self._pause_s))[0]:
            is_wanted = self._places.locked() or (
                self._unsure.locked() and not body.is_small
            )
            if is_wanted and body.size_bytes <= wanted_bytes:
                raise TimeoutError
            wanted_bytes = body.size_bytes + self._pause_s * SLOWEST_BYTES_PER_S
        await settling
