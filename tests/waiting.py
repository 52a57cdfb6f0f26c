"""Waiting for what shall hold, for as long as it takes."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable

WAIT_S = 60.0
"""What takes milliseconds took ten seconds where eight processes shared one core: only what never comes waits this long."""

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.01, 0.06


async def until(
    condition: Callable[[], bool | Awaitable[bool]],
    timeout_s: float = WAIT_S,
    what: str = "it",
    *,
    look_s: float | None = None,
) -> None:
    """
    Wait until *condition()* holds; *what* is said when it does not.

    Looks every *look_s*; without it ever less often, as a look may be a request, which takes time from what is waited for.
    """
    deadline = asyncio.get_running_loop().time() + timeout_s
    pause_s = look_s or _FIRST_PAUSE_S
    while True:
        held = condition()
        if await held if isawaitable(held) else held:
            return
        assert asyncio.get_running_loop().time() < deadline, f"{what} did not come"
        await asyncio.sleep(pause_s)
        if look_s is None:
            pause_s = min(pause_s * 1.2, _LONGEST_PAUSE_S)
