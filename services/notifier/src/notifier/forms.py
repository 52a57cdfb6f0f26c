"""A notice sent as a form: its texts are the JSON of the notice, its files wait on disk."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.types import Message

from chassis.fields import require_once
from chassis.json_routes import JSONRoute
from chassis.multipart import MultipartReader, Part, boundary_of
from chassis.received import pieces
from chassis.stalls import STALL_S
from contracts.endings import ending_of
from contracts.errors import FieldProblem, Rejected
from contracts.notices import MAX_MEDIA
from contracts.texts import said
from notifier.spool import MAX_BYTES, SentFile, Spool

_WHOLE = "notice"
_NESTED = frozenset({"data", "media", _WHOLE})
_MAX_NAME = 200
FORM: dict[str, Any] = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "description": "The fields of the JSON as texts (`data` and `media` as JSON), or all of it"
                    " in the field `notice`; and any number of files, whatever their fields are called.",
                    "properties": {
                        _WHOLE: {"type": "string", "description": "JSON"},
                        "group": {"type": "string"},
                        "template": {"type": "string"},
                        "data": {"type": "string", "description": "JSON"},
                        "text": {"type": "string"},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        }
    }
}
"""What a route's description says of this."""


class NoticeRoute(JSONRoute):
    """Takes a form where it takes JSON: the route sees the JSON, and asks for `Files`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def taken(request: Request) -> Response:
            content_type = request.headers.get("content-type", "")
            is_form = content_type.lower().startswith("multipart/")
            if self.body_field is None or not is_form:
                return await answer(request)
            async with _read(request, content_type) as (asked, files):
                return await answer(_as_json(request, asked, files))

        return taken


async def _files(request: Request) -> tuple[SentFile, ...]:
    files: tuple[SentFile, ...] = getattr(request.state, "files", ())
    return files


Files = Annotated[tuple[SentFile, ...], Depends(_files)]
"""What came with a form; gone after the answer, unless it was taken."""


@asynccontextmanager
async def _read(
    request: Request, content_type: str
) -> AsyncIterator[tuple[bytes, tuple[SentFile, ...]]]:
    """Read a form; whatever comes of it, no file stays where it arrived."""
    spool: Spool = request.app.state.spool
    reader = MultipartReader(
        boundary_of(content_type), pieces(request, stalled_s=STALL_S)
    )
    texts: dict[str, str] = {}
    files: list[SentFile] = []
    try:
        async for part in reader.parts():
            if part.filename is None or part.name == _WHOLE:
                require_once(part.name, texts)
                texts[part.name] = await reader.text(part)
                continue
            if len(files) == MAX_MEDIA:
                raise Rejected(
                    f"A notice shows {MAX_MEDIA} files at most; send the others with another one."
                )
            left_bytes = MAX_BYTES - sum(file.size_bytes for file in files)
            name = _name(part, len(files) + 1)
            files.append(await spool.keep(part.name, name, part.content, left_bytes))
        yield _asked(texts), tuple(files)
    finally:
        for file in files:
            file.path.unlink(missing_ok=True)


def _asked(texts: Mapping[str, str]) -> bytes:
    given = {
        name: _parsed(text) if name in _NESTED else text
        for name, text in texts.items()
        if said(text) is not None
    }
    whole = given.pop(_WHOLE, {})
    if not isinstance(whole, dict):
        problem = FieldProblem(
            field=_WHOLE, detail="a JSON object, as it would be sent without files"
        )
        raise Rejected(f"{problem.field}: {problem.detail}", errors=(problem,))
    return json.dumps({**whole, **given}).encode()


def _parsed(text: str) -> Any:
    """Read JSON; what is none is refused with the field's name, by whoever expects an object there."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _name(part: Part, number: int) -> str:
    """A sender's name is data: no folder, no more of it than a phone shows."""
    name = PurePosixPath(PureWindowsPath(part.filename or "").name).name.strip()
    name = "".join(char for char in name if char.isprintable())
    if not name:
        return f"media {number}{ending_of(part.media_type)}"
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix[:16]
    return f"{stem[: _MAX_NAME - len(ending)]}{ending}"


def _as_json(request: Request, asked: bytes, files: tuple[SentFile, ...]) -> Request:
    headers = [
        (name, value)
        for name, value in request.scope["headers"]
        if name not in {b"content-type", b"content-length"}
    ]
    headers.append((b"content-type", b"application/json"))

    async def again() -> Message:
        return {"type": "http.request", "body": asked, "more_body": False}

    inner = Request({**request.scope, "headers": headers}, again)
    inner.state.files = files
    return inner
