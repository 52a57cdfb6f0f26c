"""Gathers what a technician sends into one report, and closes it: docs/decisions/0009-quiet-time.md"""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.patience import Patience
from chassis.telegram import IncomingMessage, TelegramSession
from contracts.errors import ServiceError
from contracts.reports import ReportStatus
from gateway import chat_states, claims, received, reports
from gateway.chat_states import ChatState, Step
from gateway.corrections import correct
from gateway.filing import ReportFiling
from gateway.progress import ProgressMessages
from gateway.quiet_timers import QuietTimers
from gateway.received import DISCARDED, Received, is_file
from gateway.reports import CLOSED, ClosedBy, ReportRecord

logger = logging.getLogger(__name__)


class Collector:
    """
    Open reports, and when they close.

    Args:
        session: Knows the neighbours of an album's photo.
        filing: Gets what is closed.
        progress: Shows what has arrived.
        quiet_s: How long an album rests before its report closes, in seconds.
        join_window_s: For how long after such a close new photos join it, in seconds.
        patience: How it waits when a report cannot be closed.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        session: TelegramSession,
        filing: ReportFiling,
        progress: ProgressMessages,
        *,
        quiet_s: float,
        join_window_s: float,
        patience: Patience,
    ) -> None:
        self._engine = engine
        self._session = session
        self._filing = filing
        self._progress = progress
        self._patience = patience
        self._join_window = timedelta(seconds=join_window_s)
        self._timers = QuietTimers(quiet_s, self._close_quietly)

    async def restore(self) -> None:
        """Take up what a stop interrupted: open reports, their timers, and what was closed and not begun."""
        async with self._engine.connect() as db:
            found = await reports.with_status(db, ReportStatus.OPEN, *CLOSED)
        for record in found:
            if record.status is ReportStatus.FILING:
                await self._filing.start(record)
            if record.status is ReportStatus.OPEN or record.late:
                await self.rest(record.report_id)

    async def close(self) -> None:
        await self._timers.close()

    async def collect(self, message: IncomingMessage) -> str | None:
        """
        Keep a message and give it to the report it belongs to.

        Returns:
            The report, or ``None`` where nothing was said yet about what it is for.
        """
        row = received.received(message)
        async with self._engine.begin() as db:
            owner = await self._owner(db, row, received.technician(message))
            await _keep(db, replace(row, report_id=owner))
        if owner is not None:
            await self.rest(owner)
        return owner

    async def correct(self, message: IncomingMessage) -> None:
        """Let what a message says and holds now stand in place of what it did."""
        report_id = await correct(self._engine, message)
        if report_id is not None:
            await self.rest(report_id)

    async def unclaimed(
        self, chat_id: int, which: ColumnElement[bool]
    ) -> tuple[Received, ...]:
        """What was sent before anything was said about it."""
        async with self._engine.connect() as db:
            return await received.unclaimed(db, chat_id, which)

    async def claim_left_behind(
        self, state: ChatState, report_id: str, technician: str, asked: int
    ) -> bool:
        """Add what message *asked* asks about to a report; ``False`` where it can take nothing any more."""
        async with self._engine.begin() as db:
            taken = await claims.claim_asked(db, state, report_id, technician, asked)
        if taken:
            await self.rest(report_id)
        return taken

    async def rest(self, report_id: str) -> None:
        """Show a report's state, and start its quiet time again where it closes by itself."""
        async with self._engine.connect() as db:
            record = await reports.record(db, report_id)
            rows = await received.of_report(db, report_id)
        if record is None:  # discarded
            return
        self._progress.touch(report_id)
        has_album = any(row.media_group_id for row in rows)
        closes = record.status is ReportStatus.OPEN and has_album
        if closes or (record.late and record.status in CLOSED):
            self._timers.start(report_id)

    async def close_report(self, report_id: str, closed_by: ClosedBy) -> bool:
        """Close a report and begin to file it; ``False`` where something is missing or it is closed already."""
        await self._fetch_neighbours(report_id)
        async with self._engine.begin() as db:
            sealed = await reports.seal(db, report_id, closed_by, datetime.now(UTC))
        if sealed is None:
            return False
        logger.info(
            "report closed",
            extra={"report_id": report_id, "revision": sealed.revision},
        )
        # From here on the report is closed: nobody would start it a second time.
        await self._patience.until_sure(lambda: self._filing.start(sealed))
        self._progress.touch(report_id)
        return True

    async def join(self, message: IncomingMessage) -> ReportRecord | None:
        """Give a text to the report that has just closed by itself, if there is one."""
        joined = await self.just_closed(message.chat_id)
        if joined is not None:
            await self.collect(message)
        return joined

    async def just_closed(self, chat_id: int) -> ReportRecord | None:
        """The report that has closed by itself and still takes in what comes, if there is one."""
        async with self._engine.connect() as db:
            return await self._joinable(db, chat_id)

    async def part(self, chat_id: int) -> None:
        """Turn to something new: nothing joins what was sent before."""
        async with self._engine.begin() as db:
            await reports.end_joining(db, chat_id)

    async def open_reports(
        self, chat_id: int | None = None
    ) -> tuple[ReportRecord, ...]:
        """Those that are begun and not sent, of one chat or of all."""
        async with self._engine.connect() as db:
            return await reports.with_status(db, ReportStatus.OPEN, chat_id=chat_id)

    async def settle(self, chat_id: int) -> None:
        """End what a chat has begun, without asking: a report that can be filed is, the rest dropped."""
        async with self._engine.connect() as db:
            state = await chat_states.state_of(db, chat_id)
        if state.report_id is not None:
            await self.settle_report(state.report_id)
        await self.drop_all(chat_id, datetime.now(UTC))

    async def settle_report(self, report_id: str) -> None:
        """File a report if it can be filed, else drop it."""
        if not await self.close_report(report_id, ClosedBy.BUTTON):
            await self.cancel(report_id)

    async def drop_all(self, chat_id: int, at: datetime) -> bool:
        """Drop the chat's open report and what came lately and nobody has claimed; say whether there was any."""
        async with self._engine.begin() as db:
            state = await chat_states.state_of(db, chat_id)
            dropped = await received.claim(db, chat_id, received.lately(at), DISCARDED)
        if state.report_id is not None:
            await self.cancel(state.report_id)
        return dropped or state.step is not Step.IDLE

    async def drop_left_behind(self, chat_id: int, at: datetime) -> bool:
        """Drop what was left behind; say whether there was any."""
        left = received.left_behind(at)
        async with self._engine.begin() as db:
            return await received.claim(db, chat_id, left, DISCARDED)

    async def cancel(self, report_id: str) -> bool:
        """Drop an open report."""
        async with self._engine.begin() as db:
            dropped = await reports.cancel(db, report_id)
        if dropped:
            self._timers.stop(report_id)
            self._progress.touch(report_id)
        return dropped

    async def _owner(
        self, db: AsyncConnection, row: Received, technician: str
    ) -> str | None:
        """Find, or open, the report that a message belongs to."""
        known = await received.siblings(db, row)
        for sibling in known:
            if sibling.message_id == row.message_id:
                return sibling.report_id
        if (owner := received.album_owner(known)) is not None:
            return owner
        state = await chat_states.state_of(db, row.chat_id)
        if state.step is Step.COLLECTING:
            return await reports.begin(db, state, technician, row)
        if state.step is Step.IDLE:
            joined = await self._joinable(db, row.chat_id)
            return joined.report_id if joined else None
        return None

    async def _joinable(self, db: AsyncConnection, chat_id: int) -> ReportRecord | None:
        return await reports.joinable(db, chat_id, datetime.now(UTC), self._join_window)

    async def _fetch_neighbours(self, report_id: str) -> None:
        """Keep the siblings of a report's albums that Telegram has and has not delivered yet."""
        async with self._engine.connect() as db:
            rows = await received.of_report(db, report_id)
        albums = {row.media_group_id: row for row in rows if row.media_group_id}
        for group_id, row in albums.items():
            try:
                found = await self._session.album(row.chat_id, row.message_id, group_id)
            except ServiceError:
                logger.info("album not looked up", extra={"report_id": report_id})
                return  # what is missing joins the report when it comes
            async with self._engine.begin() as db:
                for sibling in map(received.received, filter(is_file, found)):
                    await _keep(db, replace(sibling, report_id=report_id))

    async def _close_quietly(self, report_id: str) -> None:
        await self._patience.until_sure(
            lambda: self.close_report(report_id, ClosedBy.QUIET)
        )


async def _keep(db: AsyncConnection, row: Received) -> None:
    """Keep a message as its report's, whether that is open or has just been closed without it."""
    owner = row.report_id
    if owner is not None:
        # Who closes it waits, or has closed it: on PostgreSQL the two would not see each other.
        await reports.record(db, owner, for_update=True)
    if await received.add(db, row) and owner is not None:
        await reports.mark_late(db, owner)
