"""Ending tasks for certain."""

import asyncio
from collections.abc import Iterable
from typing import Any

REPEAT_S = 1.0


async def stop(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """
    Cancel *tasks* until all have ended; what they raise is nobody's business any more.

    What they do when cancelled has to be short: it is interrupted as well after ``REPEAT_S``. Once is not enough: ``asyncio.wait_for`` of Python 3.11 swallows a cancellation that meets its result
    (python/cpython#86296), and kurigram uses it around everything it waits for.
    """
    running = {task for task in tasks if task is not None}
    while running:
        for task in running:
            task.cancel()
        ended, running = await asyncio.wait(running, timeout=REPEAT_S)
        await asyncio.gather(*ended, return_exceptions=True)
