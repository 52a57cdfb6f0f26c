"""Telegram's files for others: streamed, of any size."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.downloads import FileAnswer, Opened
from chassis.telegram import TelegramSession
from gateway.byte_range import asked_range
from gateway.database import messages

_PART_BYTES = 64 * 1024


class Downloads:
    """Opens files by ``file_id``: one that was received here is known with its size, type and message."""

    def __init__(self, engine: AsyncEngine, session: TelegramSession) -> None:
        self._engine = engine
        self._session = session

    def asked(self, file_id: str, range_header: str | None) -> Opened:
        """
        Ask for a file, or a range of it; it is opened when it is sent.

        A file that was not received here is of unknown size: it comes whole.
        """
        return partial(self._opened, file_id, range_header)

    @asynccontextmanager
    async def _opened(
        self, file_id: str, range_header: str | None, sent_bytes: int
    ) -> AsyncIterator[FileAnswer]:
        """
        Open what was asked for, after the *sent_bytes* of it that the caller has.

        Raises:
            ServiceError: It is not Telegram's, or Telegram does not give it.
        """
        query = select(messages).where(messages.c.file_id == file_id).limit(1)
        async with self._engine.connect() as db:
            known = (await db.execute(query)).one_or_none()
        if known is None:
            pieces = self._session.stream(file_id, size_bytes=0, offset=sent_bytes)
            yield _answer(200, {}, "application/octet-stream", await _begun(pieces))
            return
        size_bytes = known.size_bytes
        part = asked_range(range_header, size_bytes)
        pieces = self._session.stream(
            file_id,
            size_bytes=size_bytes,
            offset=(part.first if part else 0) + sent_bytes,
            origin=(known.chat_id, known.message_id),
        )
        headers = {"Accept-Ranges": "bytes", "Content-Length": str(size_bytes)}
        if part is not None:
            headers["Content-Length"] = str(part.length)
            headers["Content-Range"] = part.content_range
            pieces = _cut(pieces, part.length - sent_bytes)
        yield _answer(
            206 if part else 200, headers, known.mime_type, await _begun(pieces)
        )


def _answer(
    status: int, headers: dict[str, str], media_type: str, pieces: AsyncIterator[bytes]
) -> FileAnswer:
    said = {"Content-Type": media_type, **headers}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in said.items()]
    return FileAnswer(status, raw, pieces)


async def _cut(pieces: AsyncIterator[bytes], left: int) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


async def _begun(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Wait for the first piece, so that a refusal is answered as one."""
    first = await anext(pieces, b"")
    return _in_small_parts(first, pieces)


async def _in_small_parts(
    piece: bytes, more: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    """What lies written and unread is a copy of it: 150 callers who read next to nothing took 460 MB."""
    while piece:
        for start in range(0, len(piece), _PART_BYTES):
            yield piece[start : start + _PART_BYTES]
        piece = await anext(more, b"")
