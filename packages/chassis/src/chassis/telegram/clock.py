"""The server's time, whatever becomes of this machine's clock."""

import time
from typing import Any

import pyrogram

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that nobody sets; the first, Linux's, goes on while the machine sleeps."""


class SteadyClient(pyrogram.Client):
    """
    Knows the server's time by a steady clock. What is far from that time is thrown away, here and there.

    kurigram adds to the machine's clock what it learnt of the server's at a session's beginning: a clock that was set
    after it made the bot deaf for minutes.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._server_time_offset = time.time() - time.clock_gettime(_STEADY)

    @property
    def server_time(self) -> float:
        """In seconds since 1970."""
        return time.clock_gettime(_STEADY) + self._server_time_offset

    def _set_server_time(self, msg_id: int) -> None:
        self._server_time_offset = msg_id / 2**32 - time.clock_gettime(_STEADY)
