"""Waiting for what shall hold, for as long as it takes."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

WAIT_S = 60.0
"""What takes milliseconds took ten seconds where eight processes shared one core: only what never comes waits this long."""


async def until(
    condition: Callable[[], bool | Awaitable[bool]],
    timeout_s: float = WAIT_S,
    what: str = "it",
    *,
    look_s: float = 0.02,
) -> None:
    """Wait until *condition()* holds, looking every *look_s*; *what* is said when it does not."""
    deadline = asyncio.get_running_loop().time() + timeout_s
    while True:
        held = condition()
        if await held if isawaitable(held) else held:
            return
        assert asyncio.get_running_loop().time() < deadline, f"{what} did not come"
        await asyncio.sleep(look_s)
