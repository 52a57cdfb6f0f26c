"""One message a report, edited in place."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.keyed_locks import KeyedLocks
from chassis.patience import Patience
from chassis.tasks import stop
from chassis.telegram import TelegramSession
from contracts.errors import NotFound, ServiceError
from gateway import received, reports, steps, typed_names
from gateway.replies import Reply, show
from gateway.report_view import view
from gateway.reports import ReportRecord

logger = logging.getLogger(__name__)

PATIENCE = Patience(first_s=1.0, longest_s=10.0)
REMEMBERED = 1000
"""How many reports' last views are kept in memory."""


class ProgressMessages:
    """
    Keeps each report's message true.

    What it says is made from the database each time, so it does not matter how often, or after which crash.

    Args:
        session: Shows the messages.
        interval_s: How far apart the edits of one message are at least, in seconds.
    """

    def __init__(
        self, engine: AsyncEngine, session: TelegramSession, *, interval_s: float
    ) -> None:
        self._engine = engine
        self._session = session
        self._interval_s = interval_s
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._locks = KeyedLocks[str]()
        self._shown: dict[str, Reply] = {}
        self._began_at = datetime.now(UTC)
        self._unsure: set[str] = set()
        """Reports whose first message was tried, and not noted."""

    def touch(self, report_id: str) -> None:
        """Show the report's state soon; many calls at once are one edit."""
        self._again.add(report_id)
        if report_id not in self._tasks:
            self._tasks[report_id] = asyncio.create_task(self._keep_true(report_id))

    async def show(self, report_id: str) -> None:
        """
        Show the report's state now.

        Raises:
            ServiceError: Telegram cannot be reached, or the technician has blocked the bot.
        """
        async with self._locks.of(report_id):
            record, first_id, view = await self._view(report_id)
            if self._shown.get(report_id) == view:
                return
            await self._put(record, first_id, view)
            if len(self._shown) >= REMEMBERED:
                self._shown.clear()  # at worst an edit that changes nothing
            self._shown[report_id] = view

    async def close(self) -> None:
        await stop(tuple(self._tasks.values()))

    async def _keep_true(self, report_id: str) -> None:
        try:
            while report_id in self._again:
                self._again.discard(report_id)
                await self._show_at_last(report_id)
                await asyncio.sleep(self._interval_s)
        finally:
            del self._tasks[report_id]

    async def _show_at_last(self, report_id: str) -> None:
        try:
            await PATIENCE.until_sure(lambda: self.show(report_id))
        except ServiceError as error:
            logger.info(
                "progress refused: %s", error.detail, extra={"report_id": report_id}
            )

    async def _put(self, record: ReportRecord, first_id: int, view: Reply) -> None:
        key = f"progress:{record.report_id}"
        message_id = record.progress_message_id
        if message_id is not None:
            try:
                await show(
                    self._session, record.chat_id, key, replace(view, edits=message_id)
                )
            except NotFound:  # deleted by hand: the next one takes its place
                key += f"/{message_id}"
            else:
                return
        is_sure = (
            record.opened_at > self._began_at and record.report_id not in self._unsure
        )
        self._unsure.add(record.report_id)
        message_id = None
        while message_id is None:
            message_id = await show(self._session, record.chat_id, key, view)
            if (
                message_id is None
            ):  # sent before a crash, and Telegram does not tell as which message
                message_id = await self._session.sent_as(
                    record.chat_id, view.text, after=first_id
                )
            key += "/again"
        if not is_sure:  # an earlier try may have arrived: it reads as it did then
            await show(
                self._session, record.chat_id, key, replace(view, edits=message_id)
            )
        async with self._engine.begin() as db:
            await reports.change(db, record.report_id, progress_message_id=message_id)
        self._unsure.discard(record.report_id)

    async def _view(self, report_id: str) -> tuple[ReportRecord, int, Reply]:
        """The report, the id of its first message, and what is to be shown of it."""
        async with self._engine.connect() as db:
            record = await reports.record(db, report_id)
            rows = await received.of_report(db, report_id)
            done = await steps.of_report(db, report_id)
            typed = await typed_names.of_report(db, report_id)
        assert record is not None
        first_id = rows[0].message_id if rows else 0
        return record, first_id, view(record, rows, done, typed)
