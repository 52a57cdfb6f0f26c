"""What is looked after again and again."""

import asyncio
from collections.abc import Awaitable, Callable

from chassis.patience import Patience
from chassis.tasks import stop


class Rounds:
    """
    Goes round from `open` to `close`.

    Args:
        look: Repeated while it fails.
        every_s: How long it rests between two rounds, in seconds.
        first_s: And before the first.
    """

    def __init__(
        self, look: Callable[[], Awaitable[object]], every_s: float, *, first_s: float
    ) -> None:
        self._look = look
        self._every_s = every_s
        self._first_s = first_s
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        self._task = asyncio.create_task(self._go_round())

    async def close(self) -> None:
        await stop([self._task])

    async def _go_round(self) -> None:
        await asyncio.sleep(self._first_s)
        while True:
            await Patience().until_sure(self._look)
            await asyncio.sleep(self._every_s)
