"""Callers that hang up, come in crowds, or send nonsense."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.processes import service_process
from tests.storage.nextclouds import Nextcloud

MB = 1_000_000


async def hang_up(
    url: str, head: str, body: bytes, *, after: Callable[[], bool] = lambda: True
) -> None:
    """Send a request's beginning, wait for *after*, close the connection."""
    parts = urlsplit(url)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"{head}\r\nHost: 127.0.0.1\r\n\r\n".encode() + body)
    await writer.drain()
    async with asyncio.timeout(10):
        while not after():
            await asyncio.sleep(0.02)
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("sent_bytes", [100, 3 * MB])
@pytest.mark.parametrize(
    "length", ["Content-Length: 5000000", "Transfer-Encoding: chunked"]
)
async def test_caller_that_hangs_up_leaves_no_file(
    storage_url: str, nextcloud: Nextcloud, sent_bytes: int, length: str
):
    body = b"x" * sent_bytes
    if "chunked" in length:
        body = f"{5 * MB:x}\r\n".encode() + body

    await hang_up(
        storage_url, f"PUT /storage/files/a/video.mp4 HTTP/1.1\r\n{length}", body
    )

    async with httpx.AsyncClient(base_url=storage_url) as storage:
        # It waits its turn at this path, so by then the first is over.
        answer = await storage.put("/storage/files/a/video.mp4", content=b"complete")
    assert answer.json()["path"] == "a/video.mp4"
    assert nextcloud.tree() == {"a/video.mp4": b"complete"}


async def test_form_that_breaks_off_leaves_no_file(
    storage_url: str, nextcloud: Nextcloud
):
    part = b'--B\r\nContent-Disposition: form-data; name="f"; filename="%s"\r\n\r\n'
    body = part % b"whole.txt" + b"done\r\n" + part % b"half.txt" + b"ha"
    head = (
        "POST /storage/upload?path=a HTTP/1.1\r\nContent-Length: 5000\r\n"
        "Content-Type: multipart/form-data; boundary=B"
    )

    await hang_up(
        storage_url, head, body, after=lambda: "a/whole.txt" in nextcloud.tree()
    )

    async with httpx.AsyncClient(base_url=storage_url) as storage:
        await storage.put("/storage/files/a/half.txt", content=b"complete")
    async with asyncio.timeout(10):
        while "a/whole.txt" in nextcloud.tree():
            await asyncio.sleep(0.02)
    assert nextcloud.tree() == {"a/half.txt": b"complete"}


@pytest.mark.parametrize("sent_bytes", [1000, 2 * MB])
async def test_callers_that_stall_do_not_hold_up_the_others(
    storage_url: str, peer: NextcloudPeer, sent_bytes: int
):
    parts = urlsplit(storage_url)
    stalled = []
    for number in range(10):
        _, writer = await asyncio.open_connection(parts.hostname, parts.port)
        # It says that it is small, or that it is large, and stops in the middle.
        head = f"PUT /storage/files/s/{number} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {sent_bytes * 2}"
        writer.write(f"{head}\r\n\r\n".encode() + b"x" * sent_bytes)
        stalled.append(writer)
    await asyncio.sleep(0.5)

    async with httpx.AsyncClient(base_url=storage_url, timeout=10) as storage:
        put = await storage.put("/storage/files/a/b.jpg", content=b"x")
        form = await storage.post(
            "/storage/upload?path=a", files=[("f", ("c.jpg", b"y"))]
        )

    assert (put.status_code, form.status_code) == (200, 200)
    assert {name for name in peer.tree() if name.startswith("a/")} == {
        "a/b.jpg",
        "a/c.jpg",
    }
    for writer in stalled:
        writer.close()


async def test_download_that_breaks_off_is_not_taken_for_whole(
    storage_url: str, peer: NextcloudPeer
):
    peer.write("a/video.mp4", bytes(3 * MB))
    peer.faults.cut("download", method="GET", path="video")

    async with httpx.AsyncClient(base_url=storage_url) as storage:
        with pytest.raises(httpx.RemoteProtocolError):
            await storage.get("/storage/files/a/video.mp4")
        whole = await storage.get("/storage/files/a/video.mp4")

    assert len(whole.content) == 3 * MB


async def test_download_that_breaks_off_is_one_line_in_the_log(
    nextcloud_url: str,
    peer: NextcloudPeer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    env = {
        "NEXTCLOUD_URL": nextcloud_url,
        "NEXTCLOUD_USER": "jean.keller",
        "NEXTCLOUD_PASSWORD": "app-password",
        "DATA_DIR": str(tmp_path / "of-its-own"),
    }
    peer.write("a/video.mp4", bytes(3 * MB))
    peer.faults.cut("download", method="GET", path="video")

    async with (
        service_process("storage", env) as process,
        httpx.AsyncClient(base_url=process.url) as storage,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await storage.get("/storage/files/a/video.mp4")

    log = capsys.readouterr().out
    assert log.count("broke off in the middle of an answer") == 1
    assert "Traceback" not in log
    assert "ASGI" not in log


async def test_a_hundred_calls_at_once_are_all_served(
    storage_url: str, nextcloud: Nextcloud
):
    async with httpx.AsyncClient(
        base_url=storage_url, limits=httpx.Limits(max_connections=100), timeout=60
    ) as storage:
        answers = await asyncio.gather(
            *(
                storage.post(
                    "/storage/upload",
                    params={"path": "Lot/neuf", "filename": f"{n}.txt"},
                    content=str(n).encode(),
                )
                for n in range(100)
            )
        )

    assert {answer.status_code for answer in answers} == {200}
    assert nextcloud.tree() == {
        f"Lot/neuf/{n}.txt": str(n).encode() for n in range(100)
    }
    assert sum(one.method == "MKCOL" for one in nextcloud.requests) <= 3


async def test_the_same_file_from_many_callers_at_once_is_one(
    storage_url: str, nextcloud: Nextcloud
):
    async with httpx.AsyncClient(base_url=storage_url, timeout=60) as storage:
        answers = await asyncio.gather(
            *(storage.put("/storage/files/a/b.jpg", content=b"same") for _ in range(20))
        )

    assert [answer.json()["created"] for answer in answers].count(True) == 1
    assert nextcloud.tree() == {"a/b.jpg": b"same"}
