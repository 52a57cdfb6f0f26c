"""Room for a few at once; who finds none waits a while, and is then told when to come again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from contracts.errors import Unavailable

WAIT_S = 30.0
MANY_READ = "Too many files are being read at once. Ask for this one again."
_LOOKS = 8

Taken = Callable[[], int | None]
"""Counts what a caller has taken of its answer; ``None`` where nothing waits for it."""


class Places:
    """
    Places for what costs memory or a connection for as long as it goes on.

    Args:
        at_once: How many.
        full: What those are told who find none.
        wait_s: For how long they wait first.
        retry_after_s: When to come again.
        idle_s: Who takes nothing of its answer for so long while others wait loses its place: to one, of all that are so.
            Where 8 places are held so and 52 more such callers wait before it, the next has one within ``WAIT_S``.
    """

    def __init__(
        self,
        at_once: int,
        *,
        full: str,
        wait_s: float = WAIT_S,
        retry_after_s: float = WAIT_S,
        idle_s: float = 3.0,
    ) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._full = full
        self._wait_s = wait_s
        self._retry_after_s = retry_after_s
        self._idle_s = idle_s
        self._held: dict[asyncio.Timeout, Taken] = {}
        self._waiting = 0
        self._clearing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def one(self, taken: Taken | None = None) -> AsyncIterator[None]:
        """
        Hold a place; for as long as it takes, or *taken* counts on.

        Raises:
            Unavailable: None became free, or it was lost.
        """
        await self._wait()
        held = asyncio.timeout(None)
        try:
            async with held:
                if taken is not None:
                    self._held[held] = taken
                yield
        except TimeoutError as error:
            if not held.expired():
                raise
            raise Unavailable(
                "Nothing of it was taken while others waited. Ask for it again.",
                code="left_unread",
            ) from error
        finally:
            self._held.pop(held, None)
            self._free.release()

    async def _wait(self) -> None:
        if self._free.locked() and self._clearing is None:
            self._clearing = asyncio.create_task(self._clear())
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError as error:
            raise Unavailable(
                self._full, code="busy", retry_after_s=self._retry_after_s
            ) from error
        finally:
            self._waiting -= 1

    async def _clear(self) -> None:
        """For as long as somebody waits, let those go who take nothing."""
        seen: dict[asyncio.Timeout, tuple[int | None, float]] = {}
        clock = asyncio.get_running_loop().time
        try:
            while self._waiting:
                await asyncio.sleep(self._idle_s / _LOOKS)
                now = clock()
                for held, taken in self._held.items():
                    count = taken()
                    if count is None or count != seen.get(held, (None,))[0]:
                        seen[held] = count, now
                idle = [
                    held for held in self._held if now - seen[held][1] >= self._idle_s
                ]
                for held in idle[: self._waiting]:
                    del self._held[held]
                    held.reschedule(now)
        finally:
            self._clearing = None
