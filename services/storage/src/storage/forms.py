"""The forms in which files come: multipart, a raw body, JSON with base64."""

import asyncio
import binascii
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from chassis.json_bodies import require_few_values
from chassis.multipart import MultipartReader, Part, boundary_of
from chassis.said import said
from contracts.errors import Rejected, TooLarge
from storage.body import WINDOW_BYTES, Body
from storage.received import Receiver
from storage.upload_target import UploadParameters, parameters

MAX_JSON_BYTES = 32 * 1024 * 1024
_MAX_HELD_BYTES = 8 * 1024 * 1024
_CONTENT_NAMES = ("content", "data", "base64", "content_base64")
_SLICE_BYTES = 1024 * 1024

Hold = Callable[[], Awaitable[None]]
"""Takes a place for a call that is held whole."""


@dataclass(frozen=True)
class SentFile:
    """One file as it comes in; its body has to be read, or be whole, before the next one is asked for."""

    filename: str | None
    media_type: str
    body: Body
    wanted: UploadParameters


def sent_files(
    request: Request, receiver: Receiver, place: AsyncExitStack
) -> AsyncIterator[SentFile]:
    """
    Give the files of *request* one after the other.

    Args:
        request: Not read yet.
        receiver: Reads it.
        place: Takes one where files are held whole; to be left when they are written.

    Raises:
        Rejected: The body is not of its form.
    """
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    query = dict(request.query_params)
    coming, most_bytes = receiver.paced(request), receiver.body(request).announced_bytes

    async def hold() -> None:
        await place.enter_async_context(receiver.whole)
        coming.require_pace()

    if media_type.startswith("multipart/"):
        reader = MultipartReader(boundary_of(content_type), coming)
        return _from_multipart(reader, query, hold, most_bytes)
    if media_type == "application/json" and not said(query.get("filename")):
        return _from_json(coming, query, hold, most_bytes)
    return _raw(SentFile(None, media_type, receiver.body(request), parameters(query)))


async def _raw(file: SentFile) -> AsyncIterator[SentFile]:
    yield file


async def _from_multipart(
    reader: MultipartReader,
    query: dict[str, str],
    hold: Hold,
    most_bytes: int | None,
) -> AsyncIterator[SentFile]:
    texts: dict[str, str] = {}
    held: list[tuple[Part, Body]] = []
    async for part in reader.parts():
        if part.filename is None:
            texts.setdefault(part.name, await reader.text(part))
            continue
        body = Body(part.content, most_bytes=most_bytes)
        wanted = parameters(query, texts)
        if wanted.names_folder:
            yield SentFile(part.filename, part.media_type, body, wanted)
            continue
        if not held:
            await hold()
        await body.settle()
        _hold(held, part, body)
    wanted = parameters(query, texts)
    for part, body in held:
        yield SentFile(part.filename, part.media_type, body, wanted)


def _hold(held: list[tuple[Part, Body]], part: Part, body: Body) -> None:
    """Keep a small file until the fields after it say where it goes."""
    held.append((part, body))
    too_much = sum(one.size_bytes for _, one in held) > _MAX_HELD_BYTES
    if too_much or not body.whole:
        raise Rejected(
            "Say where to before the files: put 'path', or 'action' and 'chantier', first or into the query.",
            code="target_after_files",
        )


async def _from_json(
    coming: AsyncIterator[bytes],
    query: dict[str, str],
    hold: Hold,
    most_bytes: int | None,
) -> AsyncIterator[SentFile]:
    if most_bytes is None or most_bytes > WINDOW_BYTES:
        await hold()
    raw = await _whole(coming)
    if len(raw) > WINDOW_BYTES:
        # 31 MiB of base64 held the loop for 240 ms of processor time.
        files = await asyncio.to_thread(_json_files, raw, query)
    else:
        files = _json_files(raw, query)
    for file in files:
        yield file


async def _whole(pieces: AsyncIterator[bytes]) -> bytearray:
    raw = bytearray()
    async for piece in pieces:
        raw += piece
        if len(raw) > MAX_JSON_BYTES:
            raise TooLarge(
                f"JSON may have {MAX_JSON_BYTES // 2**20} MiB; send larger files as multipart or raw."
            )
    return raw


def _json_files(raw: bytearray, query: dict[str, str]) -> list[SentFile]:
    fields = _fields(_parsed(raw))
    listed = fields.pop("files", None)
    files = _parsed(listed) if isinstance(listed, str) else listed
    if files is None:
        files = [fields]
    if not isinstance(files, list):
        raise _not_json("'files' has to be a list")
    return [_json_file(_fields(one), fields, query) for one in files]


def _json_file(
    file: dict[str, Any], fields: dict[str, Any], query: dict[str, str]
) -> SentFile:
    encoded = next((file[name] for name in _CONTENT_NAMES if file.get(name)), "")
    wanted = parameters(query, file, fields)
    content = _decoded(encoded)
    body = Body(_once(content), size_bytes=len(content))
    media_type = str(said(file.get("mime_type")) or "application/octet-stream")
    return SentFile(said(file.get("filename")), media_type, body, wanted)


def _decoded(encoded: Any) -> bytes:
    if not isinstance(encoded, str) or not encoded:
        raise _not_json("each file needs its bytes in 'content', as base64")
    text = encoded.partition(",")[2] if encoded.startswith("data:") else encoded
    try:
        raw = b"".join(text.encode("ascii").split()).rstrip(b"=")
        raw = raw.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(raw) % 4)
        return b"".join(_slices(raw))
    except ValueError as error:  # of binascii's own, or for a letter beyond ASCII
        raise _not_json("'content' has to be base64") from error


def _slices(raw: bytes) -> Iterator[bytes]:
    """Decode a part at a time: 31 MiB are 80 ms in which no other thread gets on."""
    for start in range(0, len(raw), _SLICE_BYTES):
        yield binascii.a2b_base64(raw[start : start + _SLICE_BYTES], strict_mode=True)


def _parsed(raw: bytearray | str) -> Any:
    try:
        require_few_values(raw.encode() if isinstance(raw, str) else raw)
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _not_json(f"it is broken ({error})") from error


def _fields(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _not_json("it, and each of 'files', has to be an object")
    return dict(value)


def _not_json(what: str) -> Rejected:
    return Rejected(f"Mend the JSON: {what}.", code="bad_json")


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
