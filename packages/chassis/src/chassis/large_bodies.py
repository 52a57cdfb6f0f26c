"""
Bodies that are read whole: how large they may be, and how many of the large ones are in memory at once.

Why these limits: docs/decisions/0020-few-large-bodies.md
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.places import WAIT_S, Places
from chassis.received import CallerStalled
from contracts.errors import TooLarge

MAX_BODY_BYTES = 1024 * 1024
"""Twice what the largest of our messages holds: a card of 100,000 characters that take four bytes each."""
SMALL_BYTES = 64 * 1024
"""Ten times what nearly all of them have. What the server has read of a body before anybody asks for it is as much again."""


class LargeBodies:
    """
    Lets few bodies above ``SMALL_BYTES`` be in memory at once, until they are answered; the others wait, unread.

    Args:
        at_once: How many.
        max_bytes: How many one may have.
        instead: What a larger one is told to do.
        wait_s: For how long one waits for its place; longer than another may take to arrive.
        arrive_s: How long one may take to arrive, once it has a place: who trickles keeps nobody out.
    """

    def __init__(
        self,
        *,
        at_once: int = 4,
        max_bytes: int = MAX_BODY_BYTES,
        instead: str = "Send less of it.",
        wait_s: float = WAIT_S,
        arrive_s: float = 20.0,
    ) -> None:
        self._places = Places(
            at_once,
            full=f"Too many bodies above {SMALL_BYTES // 1024} KiB are under way. Send this one again.",
            wait_s=wait_s,
            retry_after_s=arrive_s,
        )
        self._max_bytes = max_bytes
        self._instead = instead
        self._arrive_s = arrive_s

    @asynccontextmanager
    async def whole(self, coming: AsyncIterator[bytes]) -> AsyncIterator[bytearray]:
        """
        Read a body, and hold its place if it is large.

        Raises:
            TooLarge: It has more than ``max_bytes``.
            CallerStalled: It takes too long to arrive.
            Unavailable: No place became free.
        """
        body = bytearray()
        if await self._begin(body, coming):
            yield body
            return
        async with self._places.one():
            await self._read_on(body, coming)
            yield body

    async def _begin(self, body: bytearray, coming: AsyncIterator[bytes]) -> bool:
        """Add to *body* what comes of a small one, or the beginning of a large one; whether that was all."""
        async with self._in_time():
            async for piece in coming:
                body += piece
                if len(body) > SMALL_BYTES:
                    return False
        return True

    async def _read_on(self, body: bytearray, coming: AsyncIterator[bytes]) -> None:
        async with self._in_time():
            self._require_bound(body)
            async for piece in coming:
                body += piece
                self._require_bound(body)

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._arrive_s):
                yield
        except TimeoutError as error:
            raise CallerStalled(
                f"The body did not arrive within {self._arrive_s:.0f} s; send it again."
            ) from error

    def _require_bound(self, body: bytearray) -> None:
        if len(body) > self._max_bytes:
            raise TooLarge(
                f"The body may have {self._max_bytes // 2**20} MiB. {self._instead}"
            )
