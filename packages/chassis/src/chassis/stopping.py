"""
The word that a process is to end: who waits for something on a caller's behalf answers with what there is.

uvicorn waits for requests under way before the app may close: a stream that tells of an hour's work held it for all of
its grace, and was cut off then.
"""

import asyncio

from chassis.waiting import first_of


class Stopping:
    """Said once, before the requests under way are waited for; kept as ``app.state.stopping``."""

    def __init__(self) -> None:
        self._said = asyncio.Event()

    def say(self) -> None:
        self._said.set()

    async def rest(self, seconds: float) -> bool:
        """Sleep, no longer than until the process is to end; whether it is."""
        await first_of(self._said, within_s=seconds)
        return self._said.is_set()

    async def wait(self, event: asyncio.Event, within_s: float) -> bool:
        """Wait for *event*, for *within_s* at most, no longer than until the process is to end; whether it is."""
        await first_of(event, self._said, within_s=within_s)
        return self._said.is_set()
