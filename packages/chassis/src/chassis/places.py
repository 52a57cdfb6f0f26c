"""Room for a few at once; who finds none waits a while, and is then told when to come again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from contracts.errors import Unavailable

WAIT_S = 30.0


class Places:
    """
    Places for what costs memory or a connection for as long as it goes on.

    Args:
        at_once: How many.
        full: What those are told who find none.
        wait_s: For how long they wait first.
        retry_after_s: When to come again.
    """

    def __init__(
        self,
        at_once: int,
        *,
        full: str,
        wait_s: float = WAIT_S,
        retry_after_s: float = WAIT_S,
    ) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._full = full
        self._wait_s = wait_s
        self._retry_after_s = retry_after_s
        self._waiting = 0

    @property
    def waited_for(self) -> bool:
        return self._waiting > 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """
        Hold a place.

        Raises:
            Unavailable: None became free.
        """
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
        try:
            yield
        finally:
            self._free.release()
