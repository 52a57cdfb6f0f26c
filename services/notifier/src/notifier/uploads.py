"""Brings the files of notices from storage to Telegram, where they wait to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from chassis.telegram import MediaKind, TelegramSession
from chassis.telegram.failures import NotAPhoto
from chassis.telegram.uploads import Upload
from contracts.errors import ServiceError
from contracts.storage_client import StorageClient
from notifier.media_table import MediaTable


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
        self, table: MediaTable, telegram: TelegramSession, storage: StorageClient
    ) -> None:
        self._table = table
        self._telegram = telegram
        self._storage = storage

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
            try:
                file_id = row.uploaded or row.file_id
                pieces.append(Piece(row, file_id or await self._upload(notice, row)))
            except ServiceError as error:
                if error.retryable:
                    raise
                missing.append(Missing(row.place, row.name, error))
        return pieces, missing

    async def renewed(self, notice: Row[Any], piece: Piece) -> Piece:
        """Bring *piece* up again if it is in storage; else it stays as it is."""
        if piece.row.path is None:
            return piece
        return Piece(piece.row, await self._upload(notice, piece.row))

    async def _upload(self, notice: Row[Any], row: Row[Any]) -> str:
        try:
            file_id = await self._upload_as(notice, row, MediaKind(row.kind))
        except NotAPhoto:
            file_id = await self._upload_as(notice, row, MediaKind.DOCUMENT)
        await self._table.uploaded(notice.id, row.place, file_id)
        return file_id

    async def _upload_as(self, notice: Row[Any], row: Row[Any], kind: MediaKind) -> str:
        async with self._storage.open_file(row.path) as file:
            upload = Upload(kind, row.name, file.size_bytes, file.pieces)
            return await self._telegram.upload_media(notice.chat_id, upload)
