"""The forms in which files come: multipart, a raw body, JSON with base64."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

from fastapi import Request

from chassis.fields import require_once
from chassis.multipart import MultipartReader, Part, boundary_of
from contracts.errors import Rejected, TooLarge
from contracts.texts import said
from storage.body import WINDOW_BYTES, Body
from storage.json_files import json_files
from storage.received import Receiver
from storage.sent_file import SentFile, no_file
from storage.upload_target import UploadParameters, parameters

MAX_JSON_BYTES = 32 * 1024 * 1024
_MAX_HELD_BYTES = 8 * 1024 * 1024
_MAX_HELD = 1000
"""Empty ones too: 8,000 of them, half a MB, held the loop for 3 s."""

Hold = Callable[[], Awaitable[None]]
"""Takes a place for a call that is held whole."""


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
    file = SentFile(None, media_type, receiver.body(request), parameters(query))
    if file.wanted.filename is None:
        _require_file(request, file)
    return _raw(file)


def _require_file(request: Request, file: SentFile) -> None:
    """Refuse what n8n sends in place of a file that nobody has chosen; who names one in the query may mean it."""
    if file.media_type == "application/x-www-form-urlencoded":
        raise no_file(
            "This is an urlencoded form, which holds no file: make it multipart. Or name the file in the query, by 'filename'."
        )
    if not file.body.announced_bytes and "transfer-encoding" not in request.headers:
        raise no_file("There is no body.")


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
    any_file = False
    async for part in reader.parts():
        if part.filename is None:
            _require_known_once(part.name, texts)
            texts[part.name] = await reader.text(part)
            continue
        any_file = True
        body = Body(part.content, most_bytes=most_bytes)
        wanted = parameters(query, texts)
        if wanted.names_folder:
            for file in _released(held, wanted):
                yield file
            yield SentFile(part.filename, part.media_type, body, wanted)
            continue
        if not held:
            await hold()
        await body.settle()
        _hold(held, part, body)
    if not any_file:
        names = ", ".join(f"'{name[:100]}'" for name in list(texts)[:20])
        raise no_file(f"The form holds no file, only texts: {names or 'none'}.")
    for file in _released(held, parameters(query, texts)):
        yield file


def _require_known_once(name: str, texts: dict[str, str]) -> None:
    """What says nothing here may repeat."""
    if name in UploadParameters.model_fields:
        require_once(name, texts)


def _released(
    held: list[tuple[Part, Body]], wanted: UploadParameters
) -> list[SentFile]:
    """Let those go that waited for the fields: files are answered in the order in which they came."""
    files = [SentFile(one.filename, one.media_type, body, wanted) for one, body in held]
    held.clear()
    return files


def _hold(held: list[tuple[Part, Body]], part: Part, body: Body) -> None:
    """Keep a small file until the fields after it say where it goes."""
    held.append((part, body))
    too_many = len(held) > _MAX_HELD
    too_much = sum(one.size_bytes for _, one in held) > _MAX_HELD_BYTES
    if too_many or too_much or not body.whole:
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
        files = await asyncio.to_thread(json_files, raw, query)
    else:
        files = json_files(raw, query)
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
