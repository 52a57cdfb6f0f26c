"""Downloads in pieces, held to the announced size."""

import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from pyrogram import raw
from pyrogram.file_id import FileId, FileType

from chassis.telegram.client import MTProtoClient
from chassis.telegram.failures import ExpiredReference, Truncated
from contracts.errors import Rejected

PIECE_BYTES = 1024 * 1024
"""What one ``upload.getFile`` gives at most; offsets are multiples of it. Source: core.telegram.org/api/files."""

Refetch = Callable[[], Awaitable[str]]
"""Looks the file's message up again and returns its fresh ``file_id``."""


async def stream(
    client: MTProtoClient,
    file_id: str,
    *,
    size_bytes: int,
    offset: int = 0,
    refetch: Refetch | None = None,
) -> AsyncIterator[bytes]:
    """
    Read a file from *offset* on.

    Cut connections are gone on from, at the byte reached; an expired reference is fetched again.

    Args:
        client: Where from.
        file_id: Of a photo or a document.
        size_bytes: As announced; 0 when nobody said, then the file ends at its first short piece.
        offset: The first byte wanted.
        refetch: How to get a fresh *file_id*.

    Raises:
        Truncated: The server's file is shorter or longer than announced.
        ExpiredReference: And *refetch* did not help, or there is none.
        ServiceError: What `MTProtoClient.call` raises.
    """
    reached = offset
    while not size_bytes or reached < size_bytes:
        start = reached - reached % PIECE_BYTES
        try:
            piece = await _piece(client, decoded(file_id), start)
        except ExpiredReference:
            fresh = await refetch() if refetch is not None else file_id
            if fresh == file_id:
                raise
            file_id = fresh
            continue
        fresh_bytes = piece[reached - start :]
        reached += len(fresh_bytes)
        if size_bytes and (not fresh_bytes or reached > size_bytes):
            raise Truncated(f"Telegram gave {reached} of {size_bytes} bytes")
        if fresh_bytes:
            yield fresh_bytes
        if not size_bytes and len(piece) < PIECE_BYTES:
            return


async def _piece(client: MTProtoClient, file: FileId, start: int) -> bytes:
    answer = await client.call(
        raw.functions.upload.GetFile(
            location=_location(file), offset=start, limit=PIECE_BYTES
        ),
        session=await client.media_session(file.dc_id),
    )
    return bytes(answer.bytes)


def decoded(file_id: str) -> FileId:
    """
    Read a ``file_id``.

    Raises:
        Rejected: It is none, or does not name a file of Telegram.
    """
    try:
        file: FileId = FileId.decode(file_id)
    except (ValueError, IndexError, struct.error) as error:
        raise Rejected(
            f"{file_id[:80]!r} is not a Telegram file_id; send it as Telegram gave it."
        ) from error
    if file.media_id is None or file.access_hash is None:
        raise Rejected(
            "This file_id names a link, not a file of Telegram; send that of a message with a file."
        )
    return file


def _location(file: FileId) -> Any:
    kind: Any = (
        raw.types.InputPhotoFileLocation
        if file.file_type is FileType.PHOTO
        else raw.types.InputDocumentFileLocation
    )
    return kind(
        id=file.media_id,
        access_hash=file.access_hash,
        file_reference=file.file_reference,
        thumb_size=file.thumbnail_size or "",
    )
