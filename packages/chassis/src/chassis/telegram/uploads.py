"""Uploads in parts, from a stream: no file is ever whole in memory or on disk."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from pyrogram import raw

from chassis.telegram.client import MTProtoClient
from chassis.telegram.failures import Truncated
from chassis.telegram.messages import MediaKind
from contracts.errors import Rejected

PART_BYTES = 512 * 1024
MOST_PARTS = 4000
BIG_BYTES = 10 * 1024 * 1024
"""Larger files go up as big ones, without a checksum. Source of all three: core.telegram.org/api/files."""


@dataclass(frozen=True)
class Upload:
    """A file on its way up: its *pieces*, of any length, are read once and are ``size_bytes`` together."""

    kind: MediaKind
    """A photo, a video, or else a document."""
    name: str
    size_bytes: int
    pieces: AsyncIterator[bytes]


async def upload(client: MTProtoClient, file: Upload) -> Any:
    """
    Bring a file up, part by part; what comes back is good for one message, for some hours.

    Raises:
        Rejected: It is empty, or larger than 2000 MiB.
        Truncated: Its pieces are fewer or more bytes than announced.
        ServiceError: What `MTProtoClient.call` and *file*'s pieces raise.
    """
    count = -(-file.size_bytes // PART_BYTES)
    if not 0 < count <= MOST_PARTS:
        raise Rejected(
            f"{file.name} has {file.size_bytes} bytes; Telegram takes 1 to {MOST_PARTS * PART_BYTES}",
            code="file_size",
        )
    number, is_big = secrets.randbits(63), file.size_bytes > BIG_BYTES
    checksum = hashlib.md5(usedforsecurity=False)
    sent_bytes, part_number = 0, 0
    async for part in _parts(file.pieces):
        sent_bytes += len(part)
        if sent_bytes > file.size_bytes:
            break
        query = _saved(number, part_number, part, of=count if is_big else None)
        checksum.update(part)
        session = await client.media_session(await client.storage.dc_id())
        await client.call(query, session=session)
        part_number += 1
    if sent_bytes != file.size_bytes:
        raise Truncated(f"{file.name}: {sent_bytes} of {file.size_bytes} bytes came")
    if is_big:
        return raw.types.InputFileBig(id=number, parts=count, name=file.name)
    return raw.types.InputFile(
        id=number, parts=count, name=file.name, md5_checksum=checksum.hexdigest()
    )


def _saved(number: int, part_number: int, part: bytes, *, of: int | None) -> Any:
    if of is None:
        return raw.functions.upload.SaveFilePart(
            file_id=number, file_part=part_number, bytes=part
        )
    return raw.functions.upload.SaveBigFilePart(
        file_id=number, file_part=part_number, file_total_parts=of, bytes=part
    )


async def _parts(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Cut *pieces* anew, all but the last ``PART_BYTES`` long."""
    kept = bytearray()
    async for piece in pieces:
        kept += piece
        while len(kept) >= PART_BYTES:
            yield bytes(kept[:PART_BYTES])
            del kept[:PART_BYTES]
    if kept:
        yield bytes(kept)
