"""Either side goes silent in the middle of a file: an end in time, a clear error, and nothing left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import ServedStorage
from tests.storage.large import MB, content, in_pieces
from tests.storage.nextclouds import Nextcloud

PUT = "PUT /storage/files/a/video.mp4 HTTP/1.1"
FORM = "POST /storage/upload?path=a HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=B"
PART = b'--B\r\nContent-Disposition: form-data; name="f"; filename="video.mp4"\r\n\r\n'


@asynccontextmanager
async def stalling(
    url: str, head: str, body: bytes
) -> AsyncIterator[asyncio.StreamReader]:
    """A caller that has sent this and stays, silent."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"{head}\r\nHost: 127.0.0.1\r\n\r\n".encode() + body)
    await writer.drain()
    yield reader
    writer.close()


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"{PUT}\r\nContent-Length: 1000", b"x" * 100),
        (f"{PUT}\r\nContent-Length: 9000000", content(3 * MB)),
        (f"{PUT}\r\nTransfer-Encoding: chunked", b"800000\r\n" + content(3 * MB)),
        (f"{FORM}\r\nContent-Length: 9000000", PART + content(3 * MB)),
    ],
    ids=["small", "one PUT", "chunks", "form"],
)
async def test_caller_that_stalls_is_told_so_and_leaves_no_file(
    storage_served: ServedStorage, nextcloud: Nextcloud, head: str, body: bytes
):
    async with storage_served(storage_stalled_s=0.3) as url:
        async with asyncio.timeout(20), stalling(url, head, body) as caller:
            answer = (await caller.readuntil(b"}")).decode()
        async with httpx.AsyncClient(base_url=url) as storage:
            after = await storage.put("/storage/files/a/b.jpg", content=b"after it")

    assert answer.startswith("HTTP/1.1 408"), answer
    assert '"caller_stalled"' in answer
    assert after.status_code == 200
    assert nextcloud.tree() == {"a/b.jpg": b"after it"}


async def test_callers_that_trickle_keep_small_files_out_for_a_bounded_time(
    storage_served: ServedStorage, nextcloud: Nextcloud
):
    """Each sends something now and then, so none of them stalls; together they had all places for as long as they liked."""

    async def trickled() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"x"
            await asyncio.sleep(0.1)

    async with (
        storage_served(storage_stalled_s=0.5) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as storage,
    ):
        length = {"Content-Length": "1000"}
        slow = [
            asyncio.create_task(
                storage.put(f"/storage/files/s/{n}", content=trickled(), headers=length)
            )
            for n in range(40)
        ]
        await asyncio.sleep(0.3)

        async with asyncio.timeout(15):
            photo = await storage.put("/storage/files/a/b.jpg", content=b"photo")

        for one in slow:
            one.cancel()
        await asyncio.wait(slow)

    assert photo.status_code == 200
    assert nextcloud.tree() == {"a/b.jpg": b"photo"}


@pytest.mark.parametrize("length", [{"Content-Length": str(20 * MB)}, {}])
async def test_nextcloud_that_stalls_in_a_large_file_is_bounded_and_a_repeat_is_whole(
    storage_served: ServedStorage,
    peer: NextcloudPeer,
    tmp_path: Path,
    length: dict[str, str],
):
    whole = content(20 * MB)
    fault = peer.faults.slow(3, method="PUT", times=1)

    async with (
        storage_served(nextcloud_stalled_s=0.5, nextcloud_patience_s=0.2) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as storage,
    ):
        first, again = [
            await storage.put(
                "/storage/files/a/video.mp4", content=in_pieces(whole), headers=length
            )
            for _ in range(2)
        ]

    assert fault.hits == 1
    assert (first.status_code, first.json()["code"]) == (504, "timed_out")
    assert again.status_code == 200, again.text
    assert peer.tree() == {"a/video.mp4": whole}
    assert list((tmp_path / "nextcloud" / "uploads").iterdir()) == []


async def test_nextcloud_that_stalls_on_a_photo_is_asked_again(
    storage_served: ServedStorage, peer: NextcloudPeer
):
    fault = peer.faults.slow(3, method="PUT", times=1)

    async with (
        storage_served(nextcloud_stalled_s=0.5) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as storage,
    ):
        answer = await storage.put("/storage/files/a/b.jpg", content=b"photo")

    assert fault.hits == 1
    assert answer.status_code == 200, answer.text
    assert peer.tree() == {"a/b.jpg": b"photo"}
