"""Forms that break off, and what they would have left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx

from tests.peers.nextcloud import NextcloudPeer
from tests.waiting import until

PART = '--B\r\nContent-Disposition: form-data; name="f"; filename="{}"\r\n\r\n{}\r\n'
FORM = {"Content-Type": "multipart/form-data; boundary=B"}
END = b"--B--\r\n"
NEXT = b"--B\r\n"
"""Without it a file has not arrived whole: more of it might come."""
LARGE = "x" * 1_500_000


def parts(*files: tuple[str, str]) -> bytes:
    return "".join(PART.format(*file) for file in files).encode()


ONE, TWO, THREE = (f"{name}.txt" for name in ("one", "two", "three"))
BEGUN = parts((ONE, "1"), (TWO, "2")) + NEXT
"""Two files have come, and there would be more."""
THREE_FILES = parts((ONE, "1"), (TWO, "2"), (THREE, LARGE))


@asynccontextmanager
async def half_sent(
    url: str, body: bytes, key: str = "", query: str = "path=a"
) -> AsyncIterator[asyncio.StreamWriter]:
    """Send *body* as the beginning of a form that would go on; hang up in the end."""
    at = urlsplit(url)
    _, writer = await asyncio.open_connection(at.hostname, at.port)
    head = (
        f"POST /storage/upload?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 90000000\r\n"
        f"{f'Idempotency-Key: {key}' if key else 'X-No-Key: 1'}\r\nContent-Type: {FORM['Content-Type']}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
    try:
        yield writer
    finally:
        writer.close()
        await asyncio.wait({asyncio.ensure_future(writer.wait_closed())}, timeout=5)


async def broken_off(peer: NextcloudPeer) -> AsyncIterator[bytes]:
    """A form that ends too early, when its first file has been written."""
    yield parts((ONE, "1")) + NEXT
    await until(lambda: f"a/{ONE}" in peer.tree())


async def whole_form(url: str, key: str = "") -> httpx.Response:
    headers = {**FORM, **({"Idempotency-Key": key} if key else {})}
    async with httpx.AsyncClient(base_url=url, timeout=30) as storage:
        return await storage.post(
            "/storage/upload?path=a", content=THREE_FILES + END, headers=headers
        )


ALL = {f"a/{ONE}": b"1", f"a/{TWO}": b"2", f"a/{THREE}": LARGE.encode()}
