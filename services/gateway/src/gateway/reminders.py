"""Looks after what was begun and not sent: its technicians are reminded, once a report, and once of what is no report yet."""

import logging
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import RateLimited, ServiceError
from gateway import menus, received, texts
from gateway.collector import Collector
from gateway.people import Doorkeeper
from gateway.replies import Reply
from gateway.reports import ReportRecord, is_complete
from gateway.turns import TurnKeeper

logger = logging.getLogger(__name__)

LONGEST_ROUND_S = 30.0


class Reminders:
    """
    Reminds of each once.

    Args:
        collector: Knows the open reports.
        keeper: Sends the reminder, once for each report.
        doorkeeper: Says who is no longer let in: his report is filed as it is, as he can press no button.
        remind_s: For how long nothing has come to what is reminded of, in seconds.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        collector: Collector,
        keeper: TurnKeeper,
        doorkeeper: Doorkeeper,
        remind_s: float,
    ) -> None:
        self._engine = engine
        self._collector = collector
        self._keeper = keeper
        self._doorkeeper = doorkeeper
        self._remind = timedelta(seconds=remind_s)
        self.round_s = min(LONGEST_ROUND_S, remind_s / 2)

    async def look(self) -> None:
        """Go round once."""
        for report in await self._collector.open_reports():
            await self._tried(report.chat_id, self._look_at(report))
        async with self._engine.connect() as db:
            chat_ids = await received.unclaimed_chats(db)
        for chat_id in chat_ids:
            await self._tried(chat_id, self._look_at_unclaimed(chat_id))

    async def _tried(self, chat_id: int, look: Awaitable[None]) -> None:
        try:
            await look
        except RateLimited:
            raise  # a wait that counts for all
        except ServiceError as error:  # of this one; the next round tries again
            logger.info("no reminder: %s", error.detail, extra={"chat_id": chat_id})

    async def _look_at(self, report: ReportRecord) -> None:
        async with self._engine.connect() as db:
            rows = await received.of_report(db, report.report_id)
        newest = max((row.sent_at for row in rows), default=report.opened_at)
        if datetime.now(UTC) - newest < self._remind:
            return
        if not await self._doorkeeper.admits(report.chat_id):
            await self._collector.settle_report(report.report_id)
            return
        missing = "" if is_complete(report.action, rows) else texts.NEEDS[report.action]
        text = texts.unsent(received.kinds(rows), report.client, missing)
        reply = Reply(text, menus.collecting(report.report_id))
        await self._keeper.answer(report.chat_id, f"reminder:{report.report_id}", reply)

    async def _look_at_unclaimed(self, chat_id: int) -> None:
        now = datetime.now(UTC)
        async with self._engine.connect() as db:
            rows = await received.unclaimed(db, chat_id, received.lately(now))
        newest = max(rows, key=lambda row: row.sent_at, default=None)
        if newest is None or now - newest.sent_at < self._remind:
            return
        if not await self._doorkeeper.admits(chat_id):
            return  # nothing of it can be filed; it is there if he is let in again
        reply = Reply(texts.unclaimed(received.kinds(rows)), menus.actions())
        cause = f"reminder:{chat_id}:{newest.message_id}"
        await self._keeper.answer(chat_id, cause, reply)
