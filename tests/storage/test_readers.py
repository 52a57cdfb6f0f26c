"""Callers that read a file slowly, not at all, or leave; there is one place."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
import pytest_asyncio

from tests.peers.nextcloud import NextcloudPeer
from tests.processes import service_process

WHOLE = bytes(range(250)) * 96_000
HEAD_END = b"\r\n\r\n"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@asynccontextmanager
async def behind_storage(folder: Path) -> AsyncIterator[tuple[NextcloudPeer, str]]:
    """A Nextcloud, and the URL of the service before it: a process, with the server that it has there."""
    peer = NextcloudPeer(folder / "nextcloud")
    async with peer.serve() as nextcloud_url:
        env = {
            "NEXTCLOUD_URL": nextcloud_url,
            "NEXTCLOUD_USER": "jean.keller",
            "NEXTCLOUD_PASSWORD": "app-password",
            "NEXTCLOUD_SIDE_BY_SIDE": "1",
            "DATA_DIR": str(folder / "of-its-own"),
        }
        peer.write("photo.jpg", b"photo")
        peer.write("video.mp4", WHOLE)
        async with service_process("storage", env) as process:
            yield peer, process.url
    peer.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def started(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[NextcloudPeer, str]]:
    async with behind_storage(tmp_path_factory.mktemp("readers")) as started:
        yield started


@pytest.fixture
def peer(started: tuple[NextcloudPeer, str]) -> Iterator[NextcloudPeer]:
    yield started[0]
    started[0].faults.rules.clear()


@pytest.fixture
def storage_url(started: tuple[NextcloudPeer, str], peer: NextcloudPeer) -> str:
    return started[1]


@asynccontextmanager
async def asking(url: str, headers: str = "") -> AsyncIterator[asyncio.StreamReader]:
    """A caller who has asked for the video, and reads nothing by itself."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port, limit=2**16
    )
    head = f"GET /storage/files/video.mp4 HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n"
    writer.write(head.encode())
    yield reader
    writer.close()


def listening(url: str) -> int:
    """The process behind *url*."""
    port = urlsplit(url).port
    below = psutil.Process().children(recursive=True)
    return next(
        one.pid
        for one in below
        if any(link.laddr.port == port for link in one.net_connections("tcp"))
    )


async def photo(url: str) -> int:
    async with httpx.AsyncClient(base_url=url, timeout=40) as storage:
        return (await storage.get("/storage/files/photo.jpg")).status_code


async def test_who_reads_nothing_lets_others_before_him_and_gets_his_file(
    storage_url: str,
):
    async with asking(storage_url) as first, asking(storage_url):
        await first.readuntil(HEAD_END)

        assert await photo(storage_url) == 200
        assert await first.readexactly(len(WHOLE)) == WHOLE


@pytest.mark.slow
async def test_a_crowd_that_reads_nothing_does_not_cost_the_next_his_file(
    storage_url: str,
):
    async with AsyncExitStack() as crowd:
        for _ in range(12):
            await crowd.enter_async_context(asking(storage_url))

        assert await photo(storage_url) == 200


@pytest.mark.slow
async def test_a_crowd_that_reads_nothing_costs_next_to_no_memory(tmp_path: Path):
    """What came from Nextcloud and was not passed on goes with the connection, not when the collector comes by."""
    async with behind_storage(tmp_path) as (_, url), AsyncExitStack() as crowd:
        service = psutil.Process(listening(url))
        await photo(url)
        before_bytes = service.memory_info().rss
        for _ in range(12):
            await crowd.enter_async_context(asking(url))
        assert await photo(url) == 200

        assert service.memory_info().rss - before_bytes < 30_000_000


async def test_a_part_is_read_on_within_itself(storage_url: str):
    part = "bytes=2000000-21999999"
    async with asking(storage_url, f"Range: {part}\r\n") as slow:
        head = await slow.readuntil(HEAD_END)
        assert await photo(storage_url) == 200

        assert b"206" in head
        assert await slow.readexactly(20_000_000) == WHOLE[2_000_000:22_000_000]


async def test_a_file_that_was_changed_meanwhile_is_cut_short(
    storage_url: str, peer: NextcloudPeer
):
    async with asking(storage_url) as first:
        await first.readuntil(HEAD_END)
        assert await photo(storage_url) == 200
        peer.write("video.mp4", WHOLE[:-1] + b"x")

        with pytest.raises(asyncio.IncompleteReadError):
            await first.readexactly(len(WHOLE))
    peer.write("video.mp4", WHOLE)


PART = "Range: bytes=2000000-21999999\r\n"


@pytest.mark.parametrize(
    ("asked", "content_range"),
    [("", ""), ("", "bytes 0-23999999/24000000"), (PART, "")],
)
async def test_what_may_be_another_part_is_not_put_behind_the_first(
    storage_url: str, peer: NextcloudPeer, asked: str, content_range: str
):
    peer.faults.misplace(content_range, path="video")
    async with asking(storage_url, asked) as slow:
        await slow.readuntil(HEAD_END)
        assert await photo(storage_url) == 200

        with pytest.raises(asyncio.IncompleteReadError):
            await slow.readexactly(20_000_000)


async def test_who_reads_slowly_keeps_nobody_out(storage_url: str):
    async with asking(storage_url) as slow:
        await slow.readuntil(HEAD_END)
        waiting = asyncio.create_task(photo(storage_url))
        read = b""
        while not waiting.done():
            read += await slow.readexactly(100_000)
            await asyncio.sleep(0.1)

        assert len(read) < len(WHOLE)
        assert await waiting == 200
        assert read + await slow.readexactly(len(WHOLE) - len(read)) == WHOLE


async def test_who_leaves_gives_his_place_back_at_once(
    storage_url: str, peer: NextcloudPeer
):
    """The file was read from Nextcloud to its end, for nobody."""
    peer.faults.stall(path="video")

    async with asking(storage_url) as caller:
        await caller.readuntil(HEAD_END)

    assert await photo(storage_url) == 200
