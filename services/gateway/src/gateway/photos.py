"""Brings a report's files from Telegram to storage: streamed, a few side by side, each held to its size and hash."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import PurePosixPath

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.telegram import TelegramSession
from chassis.telegram.failures import OtherFile
from contracts.errors import NotFound, ServiceError, Unavailable
from contracts.files import StoredFile
from contracts.storage_client import StorageClient
from gateway import received, report_files, reports
from gateway.received import Received
from gateway.reports import ReportRecord

logger = logging.getLogger(__name__)

AT_ONCE = 4
"""Four PUTs side by side reach what a Nextcloud takes (10 × 5 MB: 0.35 s; one by one 0.66)."""


class PhotoFiler:
    """Files the photos, videos and documents of reports."""

    def __init__(
        self, engine: AsyncEngine, session: TelegramSession, storage: StorageClient
    ) -> None:
        self._engine = engine
        self._session = session
        self._storage = storage

    async def file(
        self, record: ReportRecord, *, on_each: Callable[[], Awaitable[None]]
    ) -> None:
        """
        File what of a report is not filed yet; one that fails does not keep the others back.

        Raises:
            ServiceError: Of those that failed; a retryable one when there is any.
        """
        async with self._engine.connect() as db:
            rows = await received.of_report(db, record.report_id)
        slots = asyncio.Semaphore(AT_ONCE)

        async def file_one(row: Received) -> ServiceError | None:
            async with slots:
                try:
                    await self._file_one(record, row)
                except ServiceError as error:
                    return error
            await on_each()
            return None

        left = (row for row in rows if row.name is not None and row.path is None)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(file_one(row)) for row in left]
        errors = [error for task in tasks if (error := task.result()) is not None]
        if errors:
            raise min(errors, key=lambda error: not error.retryable)

    async def _file_one(self, record: ReportRecord, row: Received) -> None:
        assert row.name is not None
        body = _HashedBody(self._session, row)
        try:
            stored = await self._storage.put_file(
                PurePosixPath(record.folder) / row.name,
                body.opened,
                media_type=row.mime_type or "application/octet-stream",
                size_bytes=row.size_bytes,
                taken_at=row.sent_at.isoformat(),
            )
        except OtherFile:
            await self._look_again(record, row)
            raise
        except ServiceError:
            if not body.is_gone:
                raise
            logger.info("photo withdrawn", extra={"report_id": record.report_id})
            async with self._engine.begin() as db:
                await report_files.withdraw(db, row)
            return
        body.require_same(stored)
        async with self._engine.begin() as db:
            # The report first, as whoever corrects a message: PostgreSQL aborts one of two that lock in opposite orders.
            await reports.link(db, record.report_id, stored.url)
            await report_files.filed(db, row, stored.path, stored.sha256)

    async def _look_again(self, record: ReportRecord, row: Received) -> None:
        """Take over what a message holds now: that it was edited may be told late, or never."""
        try:
            found = await self._session.message(row.chat_id, row.message_id)
        except NotFound:  # deleted since: the next try withdraws it
            return
        fresh = received.received(found)
        async with self._engine.begin() as db:
            await reports.record(db, record.report_id, for_update=True)
            kept = await received.kept(db, row, for_update=True)
            if kept is None or not report_files.is_replaced(kept, fresh):
                return
            await report_files.replace_file(db, kept, fresh)
            await report_files.name_files(
                db, await received.of_report(db, record.report_id)
            )


class _HashedBody:
    """
    A file's bytes as they pass from Telegram to storage, and their SHA-256.

    ``is_gone`` once it shows that the technician has deleted the message and Telegram no longer gives its file.
    """

    def __init__(self, session: TelegramSession, row: Received) -> None:
        self._session = session
        self._row = row
        self._hash = hashlib.sha256()
        self.is_gone = False

    async def opened(self) -> AsyncIterator[bytes]:
        self._hash = hashlib.sha256()
        row = self._row
        pieces = self._session.stream(
            row.file_id or "",
            size_bytes=row.size_bytes or 0,
            origin=(row.chat_id, row.message_id),
        )
        try:
            async for piece in pieces:
                self._hash.update(piece)
                yield piece
        except NotFound:
            self.is_gone = True
            raise

    def require_same(self, stored: StoredFile) -> None:
        """
        Hold what storage has against what Telegram sent.

        Raises:
            Unavailable: They differ; the file is to be sent again.
        """
        sha256 = self._hash.hexdigest()
        if stored.sha256 != sha256 or stored.size_bytes != self._row.size_bytes:
            raise Unavailable(f"{stored.path} is stored with other bytes than sent")
