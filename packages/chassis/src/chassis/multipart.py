"""Multipart bodies (RFC 7578), part by part as they arrive: nothing is kept of what was passed on."""

import re
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from contracts.errors import Rejected

MAX_BOUNDARY_BYTES = 256
"""What the parser takes; RFC 2046 allows 70."""
MAX_TEXT_BYTES = 64 * 1024
MAX_TEXTS_BYTES = 1024 * 1024
"""Of all texts of a form, which are kept while its files pass by."""
MAX_TEXTS = 1000
"""Each with a name, of which the parser takes 4 KiB."""
_EXTENDED = re.compile(
    r"""filename\*\s*=\s*"?([\w-]*)'[^']*'([^;\s"]+)""", re.IGNORECASE
)
_QUOTED = {"%22": '"', "%0D": "\r", "%0A": "\n"}


@dataclass
class Part:
    """One field. ``filename`` is ``None`` for a text; ``content`` has to be read before the next part."""

    name: str
    filename: str | None
    media_type: str
    content: AsyncIterator[bytes]


@dataclass
class _Head:
    """A part's headers while they come in."""

    headers: dict[str, str] = field(default_factory=dict)
    name: bytes = b""
    value: bytes = b""


_END = None
_Event = _Head | bytes | None


class MultipartReader:
    """
    Reads one body.

    Args:
        boundary: From the Content-Type.
        source: The body's pieces.
    """

    def __init__(self, boundary: bytes, source: AsyncIterator[bytes]) -> None:
        self._source = source
        self._events: deque[_Event] = deque()
        self._head = _Head()
        self._finished = False
        self._texts = self._texts_bytes = 0
        if len(boundary) > MAX_BOUNDARY_BYTES:
            raise Rejected(
                f"A boundary has at most {MAX_BOUNDARY_BYTES} characters.",
                code="bad_multipart",
            )
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_begin,
                "on_header_field": self._on_field,
                "on_header_value": self._on_value,
                "on_header_end": self._on_header,
                "on_headers_finished": lambda: self._events.append(self._head),
                "on_part_data": lambda data, start, end: self._events.append(
                    data[start:end]
                ),
                "on_part_end": lambda: self._events.append(_END),
                "on_end": self._on_end,
            },
        )

    async def parts(self) -> AsyncIterator[Part]:
        """
        Give each part in turn; what its reader left unread is skipped.

        Raises:
            Rejected: The body is not multipart, or ends too early.
        """
        while (event := await self._next()) is not _FINISHED:
            if isinstance(event, _Head):
                yield _part(event, self._content())

    async def text(self, part: Part) -> str:
        """
        Read a text, which is kept.

        Raises:
            Rejected: It is too long, or all of them are; or there are too many.
        """
        self._texts += 1
        if self._texts > MAX_TEXTS:
            raise Rejected(
                f"A form has {MAX_TEXTS} text fields at most.", code="too_many_texts"
            )
        raw = b""
        async for piece in part.content:
            raw += piece
            self._texts_bytes += len(piece)
            if len(raw) > MAX_TEXT_BYTES or self._texts_bytes > MAX_TEXTS_BYTES:
                raise Rejected(
                    f"The text field {part.name!r} is too long; a file needs a filename.",
                    code="text_too_long",
                )
        return _text(raw)

    async def _content(self) -> AsyncIterator[bytes]:
        while isinstance(event := await self._next(), bytes):
            yield event

    async def _next(self) -> "_Event | _Finished":
        while not self._events:
            if self._finished:
                return _FINISHED
            await self._feed()
        return self._events.popleft()

    async def _feed(self) -> None:
        piece = await anext(self._source, None)
        if piece is None:
            raise Rejected(
                "The multipart body ends before its last boundary; send it again.",
                code="body_truncated",
            )
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise Rejected(
                "The body is not multipart as its Content-Type says.",
                code="bad_multipart",
            ) from error

    def _on_begin(self) -> None:
        self._head = _Head()

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._head.name += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._head.value += data[start:end]

    def _on_header(self) -> None:
        head = self._head
        head.headers[head.name.decode("latin-1").lower()] = head.value.decode("latin-1")
        head.name = head.value = b""

    def _on_end(self) -> None:
        self._finished = True


class _Finished:
    """Stands after the last part."""


_FINISHED = _Finished()


def boundary_of(content_type: str) -> bytes:
    """
    Read the boundary from a Content-Type.

    Raises:
        Rejected: There is none.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    if not boundary:
        raise Rejected(
            "The Content-Type names no boundary; leave that header to the HTTP client.",
            code="bad_multipart",
        )
    return boundary


def _part(head: _Head, content: AsyncIterator[bytes]) -> Part:
    disposition = head.headers.get("content-disposition", "")
    _, options = parse_options_header(disposition)
    filename = options.get(b"filename")
    return Part(
        name=_text(options.get(b"name", b"")),
        filename=(
            _extended(disposition) if filename is None else _unquoted(_text(filename))
        ),
        media_type=head.headers.get("content-type", "application/octet-stream"),
        content=content,
    )


def _extended(disposition: str) -> str | None:
    """
    Read ``filename*=UTF-8''f%C3%A9e.jpg``.

    RFC 7578 forbids it in forms; older Python clients send nothing else for a name with an accent.
    """
    found = _EXTENDED.search(disposition)
    return _text(unquote_to_bytes(found.group(2))) if found else None


def _text(raw: bytes) -> str:
    """Read a name or a text: UTF-8 as browsers and n8n send it, else Latin-1."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _unquoted(name: str) -> str:
    """Turn back what a form encodes inside quotes."""
    for code, char in _QUOTED.items():
        name = name.replace(code, char)
    return name
