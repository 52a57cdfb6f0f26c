"""The quiet time of each report: what comes starts it again, its end closes the report."""

import asyncio
from collections.abc import Awaitable, Callable

from chassis.tasks import stop

GRACE_S = 5.0


class QuietTimers:
    """
    One timer a report.

    Args:
        quiet_s: How long a report rests before *close_report* is called, in seconds.
        close_report: Is not interrupted by what comes later.
    """

    def __init__(
        self, quiet_s: float, close_report: Callable[[str], Awaitable[object]]
    ) -> None:
        self._quiet_s = quiet_s
        self._close_report = close_report
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def start(self, report_id: str) -> None:
        """Begin a report's quiet time, again if it has one."""
        self.stop(report_id)
        self._timers[report_id] = asyncio.create_task(self._run(report_id))

    def stop(self, report_id: str) -> None:
        if timer := self._timers.pop(report_id, None):
            timer.cancel()

    async def close(self) -> None:
        """Stop waiting; a close under way comes to its end within ``GRACE_S``, else at the next start."""
        await stop(self._timers.values())
        if self._closing:
            await asyncio.wait(self._closing, timeout=GRACE_S)
        await stop(self._closing)

    async def _run(self, report_id: str) -> None:
        await asyncio.sleep(self._quiet_s)
        task = self._timers.pop(report_id)  # from here on it is not cancelled
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        await self._close_report(report_id)
