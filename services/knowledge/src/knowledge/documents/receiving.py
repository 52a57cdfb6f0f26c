"""What is sent to be indexed, in whatever form: a form with a file, JSON, or the bare bytes."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, AsyncIterator, Mapping

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from chassis.base64_text import decoded
from chassis.fields import (
    change_fields,
    named_fields,
    refused,
    require_agreeing,
    require_once,
)
from chassis.json_bodies import given, require_few_values
from chassis.large_bodies import LargeBodies
from chassis.multipart import boundary_of
from contracts.errors import Rejected, TooLarge
from contracts.knowledge import DocumentText
from contracts.texts import said
from knowledge.documents.uploads import DEFAULT_SOURCE, Spool, Upload, made_id

_FIELDS = frozenset(
    {"source", "title", "tags", "outcome", "name", "media_type", "text"}
)
_NAME = re.compile(r"[\w.\-\[\]]{1,50}")
_PIECE_BYTES = 1 << 20
MAX_HELD_BYTES = 32 << 20
"""Of JSON and of a form's text, which are parsed in memory: 180 MB of base64 took 770 MB."""
AT_ONCE = 2
_ARRIVE_S = 60.0
_WAIT_S = 90.0


class Receiver:
    """
    Takes documents in.

    Args:
        spool: Where their bytes are kept until they are read.
        max_bytes: Of one request.
    """

    def __init__(self, spool: Spool, max_bytes: int) -> None:
        self._spool = spool
        self._max_bytes = max_bytes
        self._held = LargeBodies(
            at_once=AT_ONCE,
            max_bytes=MAX_HELD_BYTES,
            instead="Send a larger file in a form, or its bytes as the body.",
            wait_s=_WAIT_S,
            arrive_s=_ARRIVE_S,
        )

    async def receive(self, request: Request, document_id: str = "") -> Upload:
        """
        Keep what *request* holds.

        Args:
            request: Its query may say what a bare body cannot: ``source``, ``title``, ``tags``, ``name``.
            document_id: Made of source and title (or name) when absent, so that a new version replaces the old one.

        Raises:
            Rejected: Nothing in it can be indexed, or a name in its form says nothing here.
            TooLarge: It has more than ``max_bytes``.
        """
        sent_as = request.headers.get("content-type", "").partition(";")[0]
        media_type = sent_as.strip().lower()
        if media_type == "multipart/form-data":
            return await self._multipart(request, document_id)
        if media_type == "application/x-www-form-urlencoded":
            async with self._held.whole(self._bounded(request)) as body:
                return await self._urlencoded(request, body, document_id)
        if media_type == "application/json":
            async with self._held.whole(self._bounded(request)) as body:
                return await self._json(request, body, document_id)
        about = _about(request.query_params, media_type=media_type)
        return await self._kept(self._bounded(request), about, document_id)

    async def _multipart(self, request: Request, document_id: str) -> Upload:
        boundary_of(request.headers["content-type"])  # what is none is told what to do
        parser = MultiPartParser(request.headers, self._bounded(request), max_files=1)
        try:
            form = await parser.parse()
        except MultiPartException as error:
            if error.message.startswith("Too many files"):
                raise Rejected(
                    "Send one document a call: this form has several files."
                ) from error
            raise Rejected(f"The form cannot be read: {error.message}") from error
        try:
            file = next((f for f in form.values() if isinstance(f, UploadFile)), None)
            fields = _all_fields(request, form)
            if file is None:
                return await self._text(fields, document_id)
            if file.filename and not file.size:
                raise Rejected(
                    f"The file '{file.filename[:100]}' is empty; send what is in it.",
                    code="empty_document",
                )
            about = _about(
                fields, name=file.filename or "", media_type=file.content_type or ""
            )
            _require_one_content("file", about.text)
            return await self._kept(_pieces(file), about, document_id)
        finally:
            await form.close()

    async def _urlencoded(
        self, request: Request, body: bytearray, document_id: str
    ) -> Upload:
        parser = FormParser(request.headers, _once(bytes(body)))
        try:
            form = await parser.parse()
        except MultiPartException as error:
            raise Rejected(f"The form cannot be read: {error.message}") from error
        if not all(map(_NAME.fullmatch, form.keys())):
            raise Rejected(
                "This is no form, though its Content-Type says so, as curl's does for --data-binary: name the file's own type, or send it by -T or -F.",
                code="not_a_form",
            )
        return await self._text(_all_fields(request, form), document_id)

    async def _text(self, fields: Mapping[str, str], document_id: str) -> Upload:
        """Keep what a form says in its field ``text``."""
        about = _about(fields, media_type="text/plain")
        return await self._kept(_once(about.text.encode()), about, document_id)

    async def _json(
        self, request: Request, body: bytearray, document_id: str
    ) -> Upload:
        require_few_values(body)
        text = given(body.removeprefix(BOM_UTF8))
        queried = _about(request.query_params).model_dump(exclude_defaults=True)
        with named_fields():
            document = DocumentText.model_validate_json(text)
        require_agreeing(queried, document.model_dump(exclude_defaults=True))
        document = document.model_copy(update=queried)
        content = document.text.encode("utf-8", "replace")
        if document.content_base64:
            _require_one_content("content_base64", document.text)
            try:
                content = decoded(document.content_base64)
            except ValueError as error:
                raise refused(
                    f"content_base64 {error}", ["content_base64"], str(error)
                ) from error
        return await self._kept(_once(content), document, document_id)

    async def _kept(
        self, body: AsyncIterator[bytes], about: DocumentText, document_id: str
    ) -> Upload:
        file, sha256, size_bytes = await self._spool.keep(body)
        return Upload(
            document_id=document_id or made_id(about, sha256),
            file=file,
            name=about.name,
            media_type=about.media_type,
            sha256=sha256,
            size_bytes=size_bytes,
            source=about.source or DEFAULT_SOURCE,
            title=about.title,
            tags=about.tags,
            outcome=about.outcome,
        )

    async def _bounded(self, request: Request) -> AsyncGenerator[bytes, None]:
        size_bytes = 0
        async for piece in request.stream():
            size_bytes += len(piece)
            if size_bytes > self._max_bytes + _PIECE_BYTES:
                raise TooLarge(
                    f"More than {self._max_bytes:,} bytes were sent; part the document, or raise KNOWLEDGE_MAX_BYTES."
                )
            if piece:
                yield piece


def _require_one_content(other: str, text: str) -> None:
    if text:
        raise Rejected(
            f"Send 'text' or '{other}', not both: the text would not be indexed.",
            code="two_contents",
        )


def _about(
    fields: Mapping[str, str], *, name: str = "", media_type: str = ""
) -> DocumentText:
    given = {"name": name, "media_type": media_type, **_said(fields)}
    with named_fields():
        return DocumentText.model_validate(given)


def _all_fields(request: Request, form: FormData) -> dict[str, str]:
    queried, fields = _said(request.query_params), _said(_fields(form))
    require_agreeing(queried, fields)
    return queried | fields


def _said(fields: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in fields.items() if k in _FIELDS and said(v)}


def _fields(form: FormData) -> dict[str, str]:
    """
    The text fields; tags that repeat, end in ``[0]``, ``[1]``, or are JSON, are a list.

    Raises:
        Rejected: One has a name that says nothing here (a mistyped title would make a second document), or one is given twice.
    """
    fields: dict[str, str] = {}
    for key, value in form.multi_items():
        if isinstance(value, str):
            name = re.sub(r"\[\d*\]$", "", key)
            if name == "tags":
                flat = _flat(value)
                fields[name] = f"{fields[name]},{flat}" if name in fields else flat
            else:
                require_once(name, fields)
                fields[name] = value
    if odd := sorted(fields.keys() - _FIELDS):
        raise change_fields(
            [{"type": "extra_forbidden", "loc": (name,)} for name in odd]
        )
    return fields


def _flat(value: str) -> str:
    if not value.startswith("["):
        return value
    require_few_values(value.encode("utf-8", "replace"))
    try:
        return ",".join(map(str, json.loads(value)))
    except (ValueError, RecursionError):
        return value


async def _once(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE_BYTES):
        yield piece
