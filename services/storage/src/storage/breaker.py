"""
The breaker: after the first refused password nothing more is sent, so that Nextcloud does not lock us out.

Nextcloud counts wrong passwords by address: each costs up to 25 s more, and the 12th locks out with 429 right
passwords too, for as long as ten of them lie within the last 30 minutes. A probe each 10 minutes stays below.

Why so: docs/decisions/0204-breaker.md

Source: lib/private/Security/Bruteforce/Throttler.php, and measured on 29.0.6.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from contracts.errors import Unavailable

WRONG_PASSWORD_PROBE_S = 600.0
LOCKED_OUT_PROBE_S = 60.0
LOCK_OUT_S = 1800.0

Clock = Callable[[], float]


class BreakerOpen(Unavailable):
    """Nothing was sent, or what was sent was refused for who we are; another try at once makes it worse."""


class Breaker:
    """
    Lets requests through once the password has proved right.

    Args:
        probe: One cheap request that proves it; raises what `wrong_password` and `locked_out` return otherwise.
        clock: Seconds since the epoch.
    """

    def __init__(
        self, probe: Callable[[], Awaitable[None]], *, clock: Clock = time.time
    ) -> None:
        self._probe = probe
        self._clock = clock
        self._proven = False
        self._refusal: BreakerOpen | None = None
        self._opened_at = self._probe_at = 0.0
        self._probing = asyncio.Lock()

    async def admit(self) -> None:
        """
        Return when requests may be sent; the first of several callers probes, the others wait for what it finds.

        Raises:
            BreakerOpen: The password is wrong or the address locked out, and the next probe is not due.
            Unavailable: The probe got no answer.
        """
        if self._proven:
            return
        async with self._probing:
            if self._proven:
                return
            # A clock that is put back must not close us out for as long.
            if self._refusal and self._opened_at <= self._clock() < self._probe_at:
                raise self._refusal
            await self._probe()
            self._proven, self._refusal = True, None

    def wrong_password(self) -> BreakerOpen:
        """Open after a 401."""
        return self._open(
            WRONG_PASSWORD_PROBE_S,
            "Nextcloud says: wrong password. Set NEXTCLOUD_USER and NEXTCLOUD_PASSWORD, restart: an app password, and the"
            " user name shown with it when it was made, not an e-mail address.",
            "nextcloud_wrong_password",
        )

    def locked_out(self, retry_after_s: float | None) -> BreakerOpen:
        """Open after a 429."""
        wait_s = retry_after_s or LOCK_OUT_S
        until = datetime.fromtimestamp(self._clock(), UTC) + timedelta(seconds=wait_s)
        return self._open(
            min(LOCKED_OUT_PROBE_S, wait_s),
            f"Nextcloud has locked this address out until {until:%Y-%m-%d %H:%M:%S} UTC at the latest, after too many"
            " wrong passwords; 'occ security:bruteforce:reset <address>' lifts it.",
            "nextcloud_locked_out",
        )

    def _open(self, probe_in_s: float, detail: str, code: str) -> BreakerOpen:
        self._proven = False
        self._opened_at = self._clock()
        self._probe_at = self._opened_at + probe_in_s
        self._refusal = BreakerOpen(detail, code=code, retry_after_s=probe_in_s)
        return self._refusal
