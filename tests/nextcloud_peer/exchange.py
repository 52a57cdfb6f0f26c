"""One request over bare ASGI, its target exactly as written, and the answer to it."""

import asyncio
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]  # lower-case names
    cookies: dict[str, str]
    body: bytes


async def exchange(
    app: Any,
    method: str,
    target: str,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    *,
    client: str = "127.0.0.1",
) -> Reply:
    """httpx would tidy up a path such as ``/a/../b``; a recording must be sent as it was."""
    path, _, query = target.partition("?")
    known = {name.lower() for name, _ in headers}
    extra = [] if "content-length" in known else [("content-length", str(len(body)))]
    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            (name.lower().encode(), value.encode())
            for name, value in [*headers, *extra]
        ],
        "client": (client, 1),
    }
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return waiting.pop() if waiting else await asyncio.Future()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    pairs = [
        (name.decode(), value.decode("latin-1")) for name, value in sent[0]["headers"]
    ]
    cookies = [value.partition(";")[0] for name, value in pairs if name == "set-cookie"]
    content = b"".join(message["body"] for message in sent[1:])
    if dict(pairs).get("content-encoding") == "gzip":
        content = gzip.decompress(content)
    return Reply(
        sent[0]["status"],
        dict(pairs),
        dict(cookie.split("=", 1) for cookie in cookies),
        content,
    )
