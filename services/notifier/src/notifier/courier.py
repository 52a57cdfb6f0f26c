"""Brings each notice to its group and keeps its message reading what was asked last."""

import asyncio
import logging
from typing import Any

from sqlalchemy import Row

from chassis.patience import Patience
from chassis.tasks import stop
from chassis.telegram import TelegramSession
from contracts.errors import Conflict, ServiceError
from contracts.notices import NoticeStatus
from notifier.notice_table import NoticeTable

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 8
AFTER_A_CRASH_S = 30.0


class Courier:
    """
    One task a notice that is not delivered; the table is what lasts, the tasks are made again from it.

    Each task compares what a notice shall read with what it reads, sends or edits, and looks again if it was woken in
    the meantime. So whatever is asked, in whatever order, ends in one message with the newest text.
    """

    def __init__(
        self, table: NoticeTable, telegram: TelegramSession, patience: Patience
    ) -> None:
        self._table = table
        self._telegram = telegram
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
        message_ids = list(row.message_ids)
        if row.delivered_at is None:
            first = await self._table.begin_sending(row.id, row.revision)
            message_id = await self._telegram.send_text(
                row.chat_id,
                row.text,
                key=f"notice:{row.id}",
                is_html=row.format == "html",
                silent=row.silent,
                topic_id=row.topic_id,
            )
            message_ids = [] if message_id is None else [message_id]
            # An earlier try may have arrived without an answer: then the message reads the text of that try.
            await self._table.sent(row.id, message_ids, first)
            logger.info("notice sent", extra={"notice": row.id})
            if first == row.revision:
                return
        await self._edit(row, message_ids)

    async def _edit(self, row: Row[Any], message_ids: list[int]) -> None:
        if not message_ids:
            raise Conflict(
                "The notice was delivered, but Telegram does not say as which message: it cannot be edited.",
                code="message_unknown",
            )
        await self._telegram.edit_text(
            row.chat_id, message_ids[0], row.text, is_html=row.format == "html"
        )
        await self._table.edited(row.id, row.revision)
        logger.info("notice edited", extra={"notice": row.id})
