"""One HTTP request and one answer, over bare ASGI."""

import gzip
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from tests.peers.serving import ConnectionCut, Receive, Send

XML = "application/xml; charset=utf-8"
JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=UTF-8"

# What nginx and Nextcloud put on every answer, as recorded.
EVERY_ANSWER = [
    (b"server", b"nginx"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-permitted-cross-domain-policies", b"none"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"x-xss-protection", b"1; mode=block"),
]


class CallerGone(Exception):
    """The caller hung up before its body was complete."""


class BodyTooLarge(Exception):
    """The body exceeds what the server takes."""


def decoded(raw: bytes) -> str:
    """Percent-decode a path; what is not UTF-8 is read as ISO-8859-1, as sabre/dav does."""
    plain = unquote_to_bytes(raw)
    try:
        return plain.decode()
    except UnicodeDecodeError:
        return plain.decode("latin-1")


@dataclass(slots=True)
class Request:
    method: str
    path: str  # percent-decoded, not normalised
    query: dict[str, str]
    headers: Mapping[str, str]  # lower-case names
    client: str
    receive: Receive
    host: str
    body_limit_bytes: int
    user: str = ""
    # A session that this request opened, to be set as cookies.
    session: str | None = None
    # Faults: the connection is cut half-way through the body; the X-Hash answer is not that of the bytes.
    half: bool = False
    wrong_hash: bool = False

    @classmethod
    def from_scope(
        cls, scope: Mapping[str, Any], receive: Receive, body_limit_bytes: int
    ) -> "Request":
        headers = {
            name.decode().lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        client = scope.get("client") or ("127.0.0.1", 0)
        return cls(
            method=scope["method"],
            path=decoded(scope.get("raw_path") or scope["path"].encode()),
            query=dict(
                parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
            ),
            headers=headers,
            client=client[0],
            receive=receive,
            host=f"{scope.get('scheme', 'http')}://{headers.get('host', 'localhost')}",
            body_limit_bytes=body_limit_bytes,
        )

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives. Raises CallerGone when it ends too early, BodyTooLarge when it does not."""
        announced = int(self.headers.get("content-length", 0))
        received, more = 0, True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise CallerGone
            chunk: bytes = message.get("body", b"")
            received += len(chunk)
            if received > self.body_limit_bytes:
                raise BodyTooLarge
            more = message.get("more_body", False)
            if self.half and 2 * received >= announced:
                raise ConnectionCut
            if chunk:
                yield chunk
        if received < announced:
            raise CallerGone

    async def body(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    # In place of the body; needs a Content-Length header.
    stream: AsyncIterator[bytes] | None = None
    # May be gzipped when the caller accepts it.
    compress: bool = False
    # Faults: half-way through the body the connection is cut; or nothing more comes.
    half: bool = False
    stalls: bool = False


def json_answer(
    content: object, status: int = 200, headers: Mapping[str, str] = {}
) -> Answer:
    """JSON as PHP writes it: ASCII only, slashes and angle brackets escaped."""
    text = json.dumps(content, separators=(",", ":")).replace("/", "\\/")
    body = text.replace("<", "\\u003C").replace(">", "\\u003E").encode()
    no_cache = {
        "Content-Type": JSON,
        "Cache-Control": "no-cache, no-store, must-revalidate",
    }
    return Answer(status, {**no_cache, **headers}, body, compress=True)


async def reply(send: Send, request: Request, answer: Answer) -> None:
    """Send *answer*; raises ConnectionCut in its middle when a fault says so."""
    body, headers = answer.body, dict(answer.headers)
    if (
        answer.compress
        and len(body) > 256
        and "gzip" in request.headers.get("accept-encoding", "")
    ):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    if answer.stream is None and answer.status != 304:
        headers["Content-Length"] = headers.get("Content-Length", str(len(body)))
    raw = [
        (name.lower().encode(), value.encode("latin-1"))
        for name, value in headers.items()
    ]
    raw += [
        *EVERY_ANSWER,
        (b"x-request-id", secrets.token_hex(10).encode()),
        *_cookies(request),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await _send_body(send, request, answer, body)


async def _send_body(send: Send, request: Request, answer: Answer, body: bytes) -> None:
    if answer.half:
        part = body or (await anext(answer.stream) if answer.stream else b"")
        await send(
            {
                "type": "http.response.body",
                "body": part[: len(part) // 2],
                "more_body": True,
            }
        )
        if not answer.stalls:
            raise ConnectionCut
        while (await request.receive())["type"] != "http.disconnect":
            pass
        return
    if answer.stream is not None and request.method != "HEAD":
        async for chunk in answer.stream:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        body = b""
    await send(
        {
            "type": "http.response.body",
            "body": b"" if request.method == "HEAD" else body,
        }
    )


def _cookies(request: Request) -> list[tuple[bytes, bytes]]:
    if request.session is None:
        return []
    values = {
        "oc_sessionPassphrase": request.session,
        "nc_sameSiteCookielax": "true",
        "nc_sameSiteCookiestrict": "true",
    }
    return [
        (b"set-cookie", f"{name}={value}; path=/; HttpOnly".encode())
        for name, value in values.items()
    ]
