"""Wrong keys, counted: who tries many has to wait."""

import time
from collections import deque
from collections.abc import Callable

from contracts.errors import RateLimited

AT_MOST = 10
WITHIN_S = 300.0
_ADDRESSES = 10_000
"""Far more than an office has; the one that tried first is forgotten beyond it."""


class Tries:
    """
    The wrong keys of each address.

    A key of `openssl rand -hex 24` cannot be guessed at any speed; this is for keys that somebody made up.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}

    def require_left(self, address: str) -> None:
        """
        Let an address try, unless it tried ``AT_MOST`` wrong keys ``WITHIN_S``.

        Raises:
            RateLimited: It did; says when it may again. The right key is refused as well: else guessing went on.
        """
        wrong = self._wrong.get(address)
        if wrong is None or len(wrong) < AT_MOST:
            return
        left_s = wrong[0] + WITHIN_S - self._clock()
        if left_s > 0:
            raise RateLimited(
                f"{AT_MOST} wrong keys came from your address. Try again in {max(1, round(left_s / 60))} min.",
                retry_after_s=left_s,
            )

    def failed(self, address: str) -> None:
        if len(self._wrong) >= _ADDRESSES and address not in self._wrong:
            del self._wrong[next(iter(self._wrong))]
        self._wrong.setdefault(address, deque(maxlen=AT_MOST)).append(self._clock())
