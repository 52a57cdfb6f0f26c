"""
Brings each notice to its group and keeps its message reading what was asked last.

Why without workflows: docs/decisions/0006-notices-are-their-own-queue.md
"""

import asyncio
import logging
from typing import Any

from sqlalchemy import Row

from chassis.patience import Patience
from chassis.tasks import stop
from chassis.telegram import TelegramSession
from contracts.errors import Conflict, ServiceError
from contracts.notices import NoticeStatus
from notifier.gallery import Gallery
from notifier.missing_table import MissingTable
from notifier.notice_table import NoticeTable

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 8
AFTER_A_CRASH_S = 30.0


class Courier:
    """
    One task a notice that is not delivered; the table is what lasts, the tasks are made again from it.

    Each task compares what a notice shall show with what it shows, sends or edits, and looks again if it was woken in
    the meantime. So whatever is asked, in whatever order, ends in one message with the newest text, and in each of its
    photos and files shown once.
    """

    def __init__(
        self,
        table: NoticeTable,
        telegram: TelegramSession,
        gallery: Gallery,
        missing: MissingTable,
        patience: Patience,
    ) -> None:
        self._table = table
        self._telegram = telegram
        self._gallery = gallery
        self._missing = missing
        self._patience = patience
        self._places = asyncio.Semaphore(SIDE_BY_SIDE)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()

    async def open(self) -> None:
        """Take up what an earlier run left queued."""
        for notice_id in await self._table.queued_ids():
            self.wake(notice_id)

    async def close(self) -> None:
        """Stop at once: what was on its way is sent again, and known to Telegram by its ``random_id``."""
        tasks = tuple(self._tasks.values())
        self._tasks.clear()
        await stop(tasks)

    def wake(self, notice_id: str) -> None:
        """Look at a notice, now or, if its task waits for Telegram, with its next try."""
        self._woken.add(notice_id)
        if notice_id not in self._tasks:
            task = asyncio.create_task(self._work(notice_id))
            self._tasks[notice_id] = task
            task.add_done_callback(lambda done: self._ended(notice_id, done))

    async def hurry(self, notice_id: str) -> None:
        """Look at a notice now, even if it was to wait."""
        await stop([self._tasks.pop(notice_id, None)])
        self.wake(notice_id)

    async def settled(self, notice_id: str, wait_s: float) -> None:
        """Wait until a notice is delivered or has failed, for *wait_s* at most."""
        task = self._tasks.get(notice_id)
        if task is not None:
            await asyncio.wait({task}, timeout=wait_s)

    async def _work(self, notice_id: str) -> None:
        while notice_id in self._woken:
            self._woken.discard(notice_id)
            await self._patience.until_done(lambda: self._attempt(notice_id))

    def _ended(self, notice_id: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(notice_id) is not task:
            return
        del self._tasks[notice_id]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("delivery broke", exc_info=error, extra={"notice": notice_id})
            loop = asyncio.get_running_loop()
            loop.call_later(AFTER_A_CRASH_S, self.wake, notice_id)

    async def _attempt(self, notice_id: str) -> None:
        row = await self._table.find(notice_id)
        if row is None or row.status != NoticeStatus.QUEUED:
            return
        try:
            async with self._places:
                await self._bring(row)
        except ServiceError as error:
            await self._table.failed_once(notice_id, error.detail)
            if error.retryable:
                raise
            await self._table.failed(notice_id, row.revision)
            logger.warning(
                "notice failed: %s", error.detail, extra={"notice": notice_id}
            )

    async def _bring(self, row: Row[Any]) -> None:
        """Bring text and media; what keeps the one back does not keep the other."""
        failures = []
        for bring in (self._say, self._show):
            try:
                await bring(row)
            except ServiceError as error:
                failures.append(error)
        if failures:
            raise next((f for f in failures if f.retryable), failures[0])
        await self._table.delivered(row.id, row.revision)

    async def _show(self, row: Row[Any]) -> None:
        """What cannot be shown is noted; the group has the text, and somebody may bring the photo back."""
        missing = await self._gallery.show(row)
        await self._missing.note(row.id, missing)
        if missing:
            logger.warning(
                "notice without %d of its files: %s",
                len(missing),
                missing[0].error.detail,
                extra={"notice": row.id},
            )

    async def _say(self, row: Row[Any]) -> None:
        reads = row.delivered_revision
        text_id = next(iter(row.message_ids), None)
        if row.delivered_at is None:
            if row.first_revision is None:
                await self._gallery.plan_text(row)
            # An earlier try may have arrived without an answer: then the group reads the text of that try.
            reads = await self._table.begin_sending(row.id, row.revision)
            album = await self._gallery.show_text(row)
            text_id = album.message_id if album is not None else await self._send(row)
            await self._table.sent(row.id, text_id, reads)
            logger.info("notice sent", extra={"notice": row.id})
        if reads != row.revision:
            await self._edit(row, text_id)

    async def _send(self, row: Row[Any]) -> int | None:
        return await self._telegram.send_text(
            row.chat_id,
            row.text,
            key=f"notice:{row.id}",
            is_html=row.format == "html",
            silent=row.silent,
            topic_id=row.topic_id,
        )

    async def _edit(self, row: Row[Any], text_id: int | None) -> None:
        if text_id is None:
            raise Conflict(
                "The notice was delivered, but Telegram does not say as which message: it cannot be edited.",
                code="message_unknown",
            )
        if await self._gallery.outgrown(row):
            # Now more than a caption holds: the text moves into a message of its own.
            await self._table.sent(row.id, await self._send(row))
            await self._gallery.empty_caption(row)
        else:
            await self._telegram.edit_text(
                row.chat_id, text_id, row.text, is_html=row.format == "html"
            )
        await self._table.edited(row.id, row.revision)
        logger.info("notice edited", extra={"notice": row.id})
