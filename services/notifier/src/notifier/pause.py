"""How long what could not be brought is left alone."""

import asyncio
from collections import Counter

from chassis.patience import Patience
from contracts.errors import ServiceError

TRIES_ALONE = 3
"""So often the oldest is tried by itself, so that all keep their order: most trouble is not about one notice."""


class Pause:
    """
    One wait for all that was missed, longer each time until something is brought.

    From its ``TRIES_ALONE``-th miss on one other notice is tried after the oldest, another one each time. If that one is
    brought, the trouble is the oldest's own: it is set apart, and keeps no other back. What was set apart is tried one by
    one, each with a wait of its own.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self.rests = False
        """Nothing is to be tried now."""
        self._waits = 0
        self._until = 0.0
        self._is_named = False
        self._error: ServiceError | None = None
        self._misses: Counter[str] = Counter()
        self._first: set[str] = set()
        self._apart: set[str] = set()
        self._apart_until = 0.0
        self._due: str | None = None

    @property
    def aside(self) -> set[str]:
        """The notices that are not to be tried now."""
        return set(self._misses) if self._first else self._apart - {self._due}

    def look(self) -> None:
        """Note what time it is: only here a wait ends by itself, so that who looks into the queue meanwhile misses no end."""
        now = _now()
        if self._until <= now:
            self.rests = False
        if self._apart and self._due is None and self._apart_until <= now:
            self._due = min(self._apart, key=self._misses.__getitem__)

    def miss(self, notice_id: str, error: ServiceError) -> None:
        """Note a miss; one that was on its way when the wait began tells nothing new, unless it names its own."""
        if error.retry_after_s is not None:
            self._begin(error)
            return
        if self.rests:
            return
        self._error = error
        self._misses[notice_id] += 1
        if notice_id in self._apart:
            self._due = None
            least = min(self._misses[one] for one in self._apart)
            self._apart_until = _now() + self._patience.pause_s(least, error)
        elif self._first or self._misses[notice_id] < TRIES_ALONE:
            self._begin(error)
        else:
            self._first.add(notice_id)

    def over(self, notice_id: str) -> None:
        """Note that something was brought. What was missed just before may have met the end of an outage: it is next."""
        self.leave(notice_id)
        if self._first:
            self._due = next(iter(self._first))
            self._apart |= self._first
            self._first.clear()
        self._waits = 0

    def leave(self, notice_id: str) -> None:
        """Forget a notice that waits no more."""
        self._misses.pop(notice_id, None)
        self._first.discard(notice_id)
        self._apart.discard(notice_id)
        if self._due == notice_id:
            self._due = None

    def begun_s(self) -> float | None:
        """Nothing is left to try: begin to wait if something was missed; how long it still is, in seconds."""
        if self._first and self._error is not None:
            # All others were tried once: from now on again.
            kept = self._first | self._apart
            self._misses = Counter({one: self._misses[one] for one in kept})
            self._begin(self._error)
        if self.rests:
            return max(0.0, self._until - _now())
        if self._apart and self._due is None:
            return max(0.0, self._apart_until - _now())
        return None

    def cut(self) -> None:
        """End the wait for something new, but not one that was named. It does not count: others would wait the longer for it."""
        if self.rests and not self._is_named:
            self._waits -= 1
            self.rests = False

    def end(self) -> None:
        """Let all be tried at once, in their order."""
        self.rests = False
        self._waits = 0
        self._due = None
        for notices in (self._misses, self._first, self._apart):
            notices.clear()

    def _begin(self, error: ServiceError) -> None:
        self.rests = True
        self._waits += 1
        self._until = _now() + self._patience.pause_s(self._waits, error)
        self._is_named = error.retry_after_s is not None
        self._first.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
