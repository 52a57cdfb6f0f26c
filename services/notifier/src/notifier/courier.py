"""
Brings to one chat what waits for it, for as long as it takes.

Why without workflows, and why one a chat: docs/decisions/0006-notices-are-their-own-queue.md
"""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import Row

from chassis.patience import Patience, foreseen
from chassis.tasks import stop
from chassis.waiting import first_of
from contracts.errors import ServiceError
from notifier.delivery import Delivery, Kept
from notifier.pause import Pause
from notifier.queue_table import QueueTable

SIDE_BY_SIDE = 4
"""Notices in memory, however many wait. One place is never given to files on their way."""


class Courier:
    """
    Sends texts one by one, in the order in which they were asked for; files are brought up beside them.

    What Telegram does not take rests with all that waits for this chat: it is asked for one of them, not for each.
    What only lacks its files rests apart, so that no text waits for them.
    """

    def __init__(
        self,
        chat_id: int,
        queue: QueueTable,
        delivery: Delivery,
        patience: Patience,
        on_end: Callable[[str], None],
    ) -> None:
        self._chat_id = chat_id
        self._queue = queue
        self._delivery = delivery
        self._patience = patience
        self._on_end = on_end
        self._texts, self._media = Pause(patience), Pause(patience)
        self._turn = asyncio.Lock()
        self._woken = asyncio.Event()
        self._in_hand: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        self._tasks = [asyncio.create_task(self._work()) for _ in range(SIDE_BY_SIDE)]

    async def close(self) -> None:
        """Stop at once: what was on its way is sent again, and known to Telegram by its ``random_id``."""
        await stop(self._tasks)

    def wake(self) -> None:
        """Look for what is new; a wait that Telegram asked for goes on."""
        self._texts.cut()
        self._woken.set()

    def hurry(self) -> None:
        """Try now all that waits, whatever Telegram asked for."""
        for pause in (self._texts, self._media):
            pause.end()
        self._woken.set()

    async def _work(self) -> None:
        while True:
            await self._patience.until_sure(self._bring_next)

    async def _bring_next(self) -> None:
        async with self._turn:
            row = await self._next()
            self._in_hand.add(row.id)
            has_turn = not self._media.rests and row.id not in self._media.aside
            with_media = row.has_media and has_turn
            if not with_media:
                await self._bring(row, media_later=row.has_media)
        if with_media:
            await self._bring(row, media_later=False)

    async def _next(self) -> Row[Any]:
        while True:
            self._woken.clear()
            for pause in (self._texts, self._media):
                pause.look()
            row = await self._queue.first(
                self._chat_id,
                but=self._in_hand | self._texts.aside,
                media_but=self._media.aside,
                texts=not self._texts.rests,
                media=not self._media.rests,
                alone=not self._media.rests and len(self._in_hand) >= SIDE_BY_SIDE - 1,
            )
            if row is not None:
                return row
            begun = [pause.begun_s() for pause in (self._texts, self._media)]
            waits = [wait_s for wait_s in begun if wait_s is not None]
            await first_of(self._woken, within_s=min(waits, default=None))

    async def _bring(self, row: Row[Any], *, media_later: bool) -> None:
        try:
            kept = await foreseen(
                lambda: self._delivery.bring(row, media_later=media_later)
            )
        except ServiceError as error:
            kept = Kept(text=error)
        finally:
            self._in_hand.discard(row.id)
            self._woken.set()
        self._note(row, kept, media_later=media_later)

    def _note(self, row: Row[Any], kept: Kept, *, media_later: bool) -> None:
        if kept.text is not None and kept.text.retryable:
            self._texts.miss(row.id, kept.text)
            return
        self._texts.over(row.id)
        if kept.media is not None and kept.media.retryable:
            self._media.miss(row.id, kept.media)
            return
        if kept.text is not None:
            self._media.leave(row.id)
        elif row.has_media and not media_later:
            self._media.over(row.id)
        self._on_end(row.id)
