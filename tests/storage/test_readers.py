"""Callers that read a file slowly, not at all, or leave; one place, so that who keeps it keeps the others out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from contracts.errors import Unavailable
from contracts.storage_client import StorageClient
from tests.peers.nextcloud import NextcloudPeer
from tests.processes import service_process

WHOLE = bytes(24_000_000)
HEAD_END = b"\r\n\r\n"


@pytest.fixture
async def storage_url(
    nextcloud_url: str, peer: NextcloudPeer, tmp_path: Path
) -> AsyncIterator[str]:
    """The service as a process, with the server that it has there."""
    env = {
        "NEXTCLOUD_URL": nextcloud_url,
        "NEXTCLOUD_USER": "jean.keller",
        "NEXTCLOUD_PASSWORD": "app-password",
        "NEXTCLOUD_SIDE_BY_SIDE": "1",
        "DATA_DIR": str(tmp_path / "of-its-own"),
    }
    peer.write("video.mp4", WHOLE)
    peer.write("photo.jpg", b"photo")
    async with service_process("storage", env) as process:
        yield process.url


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[asyncio.StreamReader]:
    """A caller who has asked for the video, and reads nothing by itself."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port, limit=2**16
    )
    writer.write(b"GET /storage/files/video.mp4 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    yield reader
    writer.close()


async def photo(url: str) -> int:
    async with httpx.AsyncClient(base_url=url, timeout=40) as storage:
        return (await storage.get("/storage/files/photo.jpg")).status_code


async def test_who_reads_nothing_loses_his_place_to_who_waits(storage_url: str):
    async with asking(storage_url) as first, asking(storage_url):
        await first.readuntil(HEAD_END)

        assert await photo(storage_url) == 200


async def test_who_lost_his_place_sees_that_the_file_is_cut_short(storage_url: str):
    async with asking(storage_url) as first:
        await first.readuntil(HEAD_END)
        await photo(storage_url)

        rest = await first.read(len(WHOLE))
        while piece := await first.read(len(WHOLE)):
            rest += piece

    assert len(rest) < len(WHOLE)


async def test_our_client_reads_on_where_it_lost_its_place(storage_url: str):
    """A notifier that waits in the middle of an upload, as Telegram wants it to, begins nothing anew."""
    async with (
        httpx.AsyncClient(base_url=storage_url) as http,
        StorageClient(http, patience_s=0).open_file("video.mp4") as file,
    ):
        read = len(await anext(file.pieces))
        assert await photo(storage_url) == 200

        async for piece in file.pieces:
            read += len(piece)

    assert read == file.size_bytes == len(WHOLE)


async def test_our_client_does_not_read_on_in_another_file(
    storage_url: str, peer: NextcloudPeer
):
    async with httpx.AsyncClient(base_url=storage_url) as http:
        with pytest.raises(Unavailable, match="changed"):
            async with StorageClient(http, patience_s=0).open_file("video.mp4") as file:
                await anext(file.pieces)
                assert await photo(storage_url) == 200
                peer.write("video.mp4", WHOLE[:-1])
                async for _ in file.pieces:
                    pass


async def test_who_reads_slowly_keeps_his_place_while_others_wait(storage_url: str):
    async with asking(storage_url) as slow:
        await slow.readuntil(HEAD_END)
        waiting = asyncio.create_task(photo(storage_url))
        for _ in range(40):
            await slow.readexactly(100_000)
            await asyncio.sleep(0.1)
        has_waited = not waiting.done()
        rest = await slow.readexactly(len(WHOLE) - 40 * 100_000)

        assert has_waited
        assert len(rest) == 20_000_000
        assert await waiting == 200


async def test_who_leaves_gives_his_place_back_at_once(
    storage_url: str, peer: NextcloudPeer
):
    """The file was read from Nextcloud to its end, for nobody."""
    peer.faults.stall(path="video")

    async with asking(storage_url) as caller:
        await caller.readuntil(HEAD_END)

    assert await photo(storage_url) == 200
