"""Brings the files of notices to Telegram, from storage or from where they were sent; there they wait to be shown."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Row

from chassis.patience import foreseen
from chassis.telegram import MediaKind, TelegramSession
from chassis.telegram.failures import NotAPhoto
from chassis.telegram.uploads import Upload
from contracts.errors import ServiceError
from contracts.storage_client import OpenFile, StorageClient
from notifier.media_table import MediaTable
from notifier.spool import Spool, is_sent


@dataclass(frozen=True)
class Piece:
    """One photo or file of a notice that Telegram has and the group has not seen."""

    row: Row[Any]
    file_id: str


@dataclass(frozen=True)
class Missing:
    """One photo or file that no other try would show, and why."""

    place: int
    name: str
    error: ServiceError


class Uploads:
    """Streams each file once; its ``file_id`` is noted, so that a kill costs the file on its way at most."""

    def __init__(
        self,
        table: MediaTable,
        telegram: TelegramSession,
        storage: StorageClient,
        spool: Spool,
    ) -> None:
        self._table = table
        self._telegram = telegram
        self._storage = storage
        self._spool = spool

    async def pieces(
        self, notice: Row[Any], media: Sequence[Row[Any]]
    ) -> tuple[list[Piece], list[Missing]]:
        """
        Bring up what Telegram does not have yet; what it has then, and what it will never get.

        Raises:
            ServiceError: A retryable one: the others may wait and go in one album.
        """
        pieces: list[Piece] = []
        missing: list[Missing] = []
        for row in media:
            upload = partial(self._upload, notice, row)
            try:
                file_id = row.uploaded or row.file_id or await foreseen(upload)
                pieces.append(Piece(row, file_id))
            except ServiceError as error:
                if error.retryable:
                    raise
                missing.append(Missing(row.place, row.name, error))
        return pieces, missing

    async def renewed(self, notice: Row[Any], piece: Piece) -> Piece:
        """Bring *piece* up again if its file is at hand; else it stays as it is."""
        if piece.row.path is None and not is_sent(piece.row.source):
            return piece
        return Piece(piece.row, await self._upload(notice, piece.row))

    def shown(self, notice: Row[Any], rows: Iterable[Row[Any]]) -> None:
        """Forget the files that the group sees now."""
        for row in rows:
            if is_sent(row.source):
                self._spool.drop(notice.id, row.source)

    async def _upload(self, notice: Row[Any], row: Row[Any]) -> str:
        try:
            file_id = await self._upload_as(notice, row, MediaKind(row.kind))
        except NotAPhoto:
            file_id = await self._upload_as(notice, row, MediaKind.DOCUMENT)
        await self._table.uploaded(notice.id, row.place, file_id)
        return file_id

    async def _upload_as(self, notice: Row[Any], row: Row[Any], kind: MediaKind) -> str:
        async with self._opened(notice, row) as file:
            upload = Upload(kind, row.name, file.size_bytes, file.pieces)
            return await self._telegram.upload_media(notice.chat_id, upload)

    @asynccontextmanager
    async def _opened(self, notice: Row[Any], row: Row[Any]) -> AsyncIterator[OpenFile]:
        if is_sent(row.source):
            yield self._spool.file(notice.id, row.source)
            return
        async with self._storage.open_file(row.path) as file:
            yield file
