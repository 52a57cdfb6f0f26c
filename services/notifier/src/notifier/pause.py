"""How long what could not be brought is left alone."""

import asyncio

from chassis.patience import Patience
from contracts.errors import ServiceError

IN_A_ROW = 4
"""So many misses mean that it is not about these notices."""


class Pause:
    """
    One wait for all that was missed, longer each time until something is brought.

    A single miss is set aside, and the next notice tried: what is refused each time keeps no other back. The wait begins
    with the first miss that names it, else with a few in a row, or when nothing else is left to try.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._error: ServiceError | None = None
        self._in_a_row: set[str] = set()
        self._twice: set[str] = set()
        self._waits = 0
        self._until = 0.0
        self.aside: set[str] = set()
        """The notices that were missed since the last wait."""

    @property
    def rests(self) -> bool:
        return self._left_s > 0

    def miss(self, notice_id: str, error: ServiceError) -> None:
        """Note a miss; one that was on its way when the wait began tells nothing new, unless it names its own."""
        if self.rests and error.retry_after_s is None:
            return
        self._error = error
        self.aside.add(notice_id)
        self._in_a_row.add(notice_id)
        if error.retry_after_s is not None or len(self._in_a_row) >= IN_A_ROW:
            self._begin(error)

    def over(self) -> None:
        """Note that something was brought. What was missed just before may have met the end of an outage: it is next."""
        self.aside -= self._in_a_row - self._twice
        self._twice |= self._in_a_row
        self._in_a_row.clear()
        self._waits = 0

    def begun_s(self) -> float:
        """Begin to wait if something was missed; how long it still is, in seconds."""
        if self.aside and self._error is not None and not self.rests:
            self._begin(self._error)
        return self._left_s

    def cut(self) -> None:
        """End the wait for something new, but not one that was named. It does not count: others would wait the longer for it."""
        if self._error is None or self._error.retry_after_s is None:
            self._waits -= int(self.rests)
            self._until = 0.0

    def end(self) -> None:
        """Let all be tried at once, also what was set aside."""
        self._waits = 0
        self._until = 0.0
        self._forget()

    @property
    def _left_s(self) -> float:
        return max(0.0, self._until - asyncio.get_running_loop().time())

    def _begin(self, error: ServiceError) -> None:
        self._waits += 1
        self._until = asyncio.get_running_loop().time() + self._patience.pause_s(
            self._waits, error
        )
        self._forget()

    def _forget(self) -> None:
        for missed in (self.aside, self._in_a_row, self._twice):
            missed.clear()
