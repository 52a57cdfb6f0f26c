"""Who calls storage while it is killed: whole forms, forms that break off, large files sent until they are answered."""

import asyncio
import hashlib
import random
import socket
import struct
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

import httpx

from tests.together.house import House

PATIENCE_S = 240.0
BOUNDARY = "xxBOUNDARYxx"


@dataclass(frozen=True)
class Form:
    """Files for one folder."""

    folder: str
    files: dict[str, bytes]

    @classmethod
    def drawn(cls, chance: random.Random, folder: str) -> Self:
        """Draw some files, one of them large now and then."""
        sizes = [
            chance.choice((10, 90_000, 300_000)) for _ in range(chance.randint(2, 5))
        ]
        if chance.random() < 0.4:
            place = chance.randrange(len(sizes))
            sizes.insert(place, chance.randint(1_200_000, 3_500_000))
        files = {f"{n}.bin": chance.randbytes(size) for n, size in enumerate(sizes)}
        return cls(folder, files)

    @property
    def expected(self) -> dict[str, str]:
        return {
            f"{self.folder}/{name}": hashlib.sha256(content).hexdigest()
            for name, content in self.files.items()
        }

    def begun(self) -> bytes:
        """All of its files, but not its end."""
        head = '--{}\r\nContent-Disposition: form-data; name="f"; filename="{}"\r\n\r\n'
        parts = (
            head.format(BOUNDARY, name).encode() + content + b"\r\n"
            for name, content in self.files.items()
        )
        return b"".join(parts) + f"--{BOUNDARY}\r\n".encode()


async def whole(house: House, form: Form) -> None:
    """What n8n does: the whole call again until it is answered."""
    sent = form.begun()[: -len(BOUNDARY) - 4] + f"--{BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    url = f"{house.stack.urls['storage']}/storage/upload"
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(timeout=60) as http:
        while True:
            with suppress(httpx.TransportError):
                answer = await http.post(
                    url, content=sent, headers=headers, params={"path": form.folder}
                )
                if answer.is_success:
                    assert [one["path"] for one in answer.json()["items"]] == list(
                        form.expected
                    )
                    return
                assert answer.status_code >= 500, answer.text
            await asyncio.sleep(0.3)


async def broken_off(house: House, form: Form, chance: random.Random) -> None:
    """Send some of a form and hang up."""
    body = form.begun()
    head = (
        f"POST /storage/upload?path={form.folder} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: 99000000\r\n\r\n"
    ).encode()
    sent = head + body[: chance.randint(len(body) // 2, len(body))]
    await _hang_up(house, sent, chance)


async def put_at_last(house: House, form: Form, chance: random.Random) -> None:
    """Hang up in the middle of a large file now and then, and send it again until it is answered."""
    [(path, content)] = [(f"{form.folder}/{n}", c) for n, c in form.files.items()]
    head = (
        f"PUT /storage/files/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    ).encode()
    url = f"{house.stack.urls['storage']}/storage/files/{path}"
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(timeout=60) as http:
        while True:
            if chance.random() < 0.4:
                cut = chance.randint(0, len(content))
                await _hang_up(house, head + content[:cut], chance)
            with suppress(httpx.TransportError):
                answer = await http.put(url, content=content)
                if answer.is_success:
                    assert answer.json()["path"] == path
                    return
                assert answer.status_code >= 500, answer.text
            await asyncio.sleep(0.3)


async def _hang_up(house: House, sent: bytes, chance: random.Random) -> None:
    """Send, wait a moment, and go with a FIN or a RST; a storage that is away takes nothing."""
    at = urlsplit(house.stack.urls["storage"])
    with suppress(OSError):
        _, writer = await asyncio.open_connection(at.hostname, at.port)
        if chance.random() < 0.5:
            linger = struct.pack("ii", 1, 0)
            link: socket.socket = writer.get_extra_info("socket")
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        try:
            writer.write(sent)
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await writer.drain()
            await asyncio.sleep(chance.uniform(0, 1))
        finally:
            writer.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await writer.wait_closed()


async def in_turn(calls: list[Coroutine[None, None, None]], side_by_side: int) -> None:
    """Await all *calls*, so many at a time."""
    waiting = iter(calls)

    async def one_after_another() -> None:
        for call in waiting:
            await call

    await asyncio.gather(*(one_after_another() for _ in range(side_by_side)))
