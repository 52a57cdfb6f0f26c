"""Calls of several files that break off: all of it, or nothing, and nothing that somebody else counts on is taken."""

import asyncio
import hashlib
import os
import signal
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from storage.state import State, UnansweredFile
from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.together.house import free_port

PART = '--B\r\nContent-Disposition: form-data; name="f"; filename="{}"\r\n\r\n{}\r\n'
FORM = {"Content-Type": "multipart/form-data; boundary=B"}
END = b"--B--\r\n"
NEXT = b"--B\r\n"
"""Without it a file has not arrived whole: more of it might come."""
LARGE = "x" * 1_500_000


def parts(*files: tuple[str, str]) -> bytes:
    return "".join(PART.format(*file) for file in files).encode()


ONE, TWO, THREE = (f"{name}.txt" for name in ("one", "two", "three"))
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


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


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


@pytest.mark.parametrize("how", ["FIN", "RST"])
@pytest.mark.parametrize(
    "files",
    [
        [(ONE, "1")],
        [(ONE, "1"), (TWO, "2"), (THREE, LARGE)],
    ],
)
async def test_caller_that_hangs_up_inside_a_form_leaves_no_file(
    storage_url: str, peer: NextcloudPeer, files: list[tuple[str, str]], how: str
):
    body = parts(*files) + parts(("half.txt", "ha"))[:-4]

    async with half_sent(storage_url, body) as writer:
        await until(
            lambda: len([n for n in peer.tree() if n.endswith("txt")]) == len(files)
        )
        if how == "RST":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, linger
            )

    await until(lambda: peer.tree() == {"a/": b""})
    assert len(peer.trash()) == len(files)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (parts((ONE, "1"), ("taken.txt", "other")) + END, 409),
        (parts((ONE, "1")) + b"--B\r\nno header\r\n\r\n", 422),
        (parts((ONE, "1"), ("x" * 300 + "/../..", "2")), 422),
    ],
)
async def test_form_with_one_bad_file_leaves_none(
    storage: httpx.AsyncClient, peer: NextcloudPeer, body: bytes, status: int
):
    peer.write("a/taken.txt", b"mine")

    answer = await storage.post(
        "/storage/upload?path=a&on_conflict=fail", content=body, headers=FORM
    )

    assert answer.status_code == status, answer.text
    assert peer.tree() == {"a/taken.txt": b"mine"}


@pytest.mark.parametrize("key", ["", "run-1-0"])
async def test_late_noticed_hang_up_takes_nothing_from_the_repeat(
    storage_url: str, peer: NextcloudPeer, key: str
):
    async with half_sent(storage_url, parts((ONE, "1"), (TWO, "2")) + NEXT, key):
        await until(lambda: f"a/{TWO}" in peer.tree())
        repeat = asyncio.create_task(whole_form(storage_url, key))
        # With the same key it waits for the first call's end, else it is served at once.
        await asyncio.wait({repeat}, timeout=0.3 if key else 10)

    answer = await repeat
    assert answer.status_code == 200, answer.text
    await settled(storage_url)
    assert peer.tree() == ALL


async def settled(url: str) -> None:
    """Wait until nothing of a broken call is under way any more: a call of its own comes after it."""
    await asyncio.sleep(0.2)
    async with httpx.AsyncClient(base_url=url) as storage:
        await storage.get("/storage/files?path=a")


async def test_repeat_that_comes_after_the_hang_up_is_whole(
    storage_url: str, peer: NextcloudPeer
):
    for _ in range(5):
        async with half_sent(storage_url, parts((ONE, "1"), (TWO, "2")) + NEXT):
            await until(lambda: f"a/{TWO}" in peer.tree())
        # Now the first call's files are being taken back.
        answer = await whole_form(storage_url)

        assert answer.status_code == 200, answer.text
        await settled(storage_url)
        assert peer.tree() == ALL
        peer.files.tree.remove(peer.files.node(("a",)))


async def test_file_that_was_put_by_another_call_meanwhile_stays(
    storage_url: str, peer: NextcloudPeer
):
    async with half_sent(storage_url, parts((ONE, "1"), (TWO, "2")) + NEXT):
        await until(lambda: f"a/{TWO}" in peer.tree())
        async with httpx.AsyncClient(base_url=storage_url) as storage:
            put = await storage.put(f"/storage/files/a/{ONE}", content=b"1")

    assert put.json()["created"] is False
    await until(lambda: peer.tree() == {f"a/{ONE}": b"1"})


async def test_file_that_two_broken_calls_sent_goes_with_the_second(
    storage_url: str, peer: NextcloudPeer
):
    async with half_sent(storage_url, parts((ONE, "1"), (TWO, "2")) + NEXT):
        await until(lambda: f"a/{TWO}" in peer.tree())
        async with half_sent(storage_url, parts((ONE, "1"), (THREE, "3")) + NEXT):
            await until(lambda: f"a/{THREE}" in peer.tree())

        await until(lambda: f"a/{THREE}" not in peer.tree())
        assert peer.tree() == {f"a/{ONE}": b"1", f"a/{TWO}": b"2"}

    await until(lambda: peer.tree() == {"a/": b""})


async def test_file_that_somebody_changed_meanwhile_stays(
    storage_url: str, peer: NextcloudPeer
):
    async with half_sent(storage_url, parts((ONE, "1"), (TWO, "2")) + NEXT):
        await until(lambda: f"a/{TWO}" in peer.tree())
        # Within the second in which it was written: the same ETag.
        peer.write(f"a/{ONE}", b"!")

    await until(lambda: peer.tree() == {f"a/{ONE}": b"!"})


async def test_what_was_there_before_the_call_stays(
    storage_url: str, peer: NextcloudPeer
):
    peer.write(f"a/{ONE}", b"1")
    peer.write("a/plan.txt", b"old")

    async with half_sent(storage_url, parts((ONE, "1"), ("plan.txt", "new")) + NEXT):
        await until(lambda: "a/plan (2).txt" in peer.tree())

    await until(lambda: peer.tree() == {f"a/{ONE}": b"1", "a/plan.txt": b"old"})


async def test_file_that_was_replaced_is_not_taken_back(
    storage_url: str, peer: NextcloudPeer
):
    peer.write(f"a/{ONE}", b"old")
    query = "path=a&on_conflict=replace"

    async with half_sent(storage_url, parts((ONE, "1"), (TWO, "2")) + NEXT, "", query):
        await until(lambda: f"a/{TWO}" in peer.tree())

    await until(lambda: peer.tree() == {f"a/{ONE}": b"1"})


async def test_form_that_arrived_whole_stays_though_nobody_waits_for_the_answer(
    storage_url: str, peer: NextcloudPeer
):
    peer.faults.slow(0.2, method="PUT")

    async with half_sent(storage_url, parts((ONE, "1"), (TWO, "2")) + END):
        await until(lambda: any(one.method == "PUT" for one in peer.requests))

    await until(lambda: len(peer.tree()) == 2)
    await settled(storage_url)
    assert peer.tree() == {f"a/{ONE}": b"1", f"a/{TWO}": b"2"}


async def test_file_whose_answer_was_lost_is_taken_back_as_well(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.faults.cut("after", method="PUT")

    answer = await storage.post(
        "/storage/upload?path=a", content=broken_off(peer), headers=FORM
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "body_truncated")
    assert peer.tree() == {"a/": b""}


async def test_without_a_trash_bin_files_stay(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.files.has_trash = False

    await storage.post("/storage/upload?path=a", content=broken_off(peer), headers=FORM)

    assert peer.tree() == {f"a/{ONE}": b"1"}


async def test_what_cannot_be_taken_back_now_is_at_the_next_start(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.faults.fail(503, method="DELETE", times=None)
    async with storage_with(nextcloud_patience_s=0.05) as storage:
        await storage.post(
            "/storage/upload?path=a", content=broken_off(peer), headers=FORM
        )
    assert peer.tree() == {f"a/{ONE}": b"1"}
    peer.faults.clear()

    async with storage_with():
        await until(lambda: peer.tree() == {"a/": b""})


async def test_repeat_after_a_restart_comes_before_the_taking_back(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.faults.fail(503, method="DELETE", times=None)
    async with storage_with(nextcloud_patience_s=0.05) as storage:
        await storage.post(
            "/storage/upload?path=a", content=broken_off(peer), headers=FORM
        )
        repeat = await storage.post(
            "/storage/upload?path=a", content=parts((ONE, "1")) + END, headers=FORM
        )
    peer.faults.clear()

    async with storage_with():
        await asyncio.sleep(0.1)

    assert repeat.status_code == 200
    assert peer.tree() == {f"a/{ONE}": b"1"}


@asynccontextmanager
async def storage_process(
    env: dict[str, str],
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The service as a process of its own; killed in the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "storage.app", env={**os.environ, **env}
    )
    try:
        async with httpx.AsyncClient() as http, asyncio.timeout(30):
            while True:
                try:
                    await http.get(f"http://127.0.0.1:{env['PORT']}/storage/healthz")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()


async def test_killed_service_takes_back_at_its_next_start(
    nextcloud_url: str, peer: NextcloudPeer, tmp_path: Path
):
    port = free_port()
    env = {
        "NEXTCLOUD_URL": nextcloud_url,
        "NEXTCLOUD_USER": "jean.keller",
        "NEXTCLOUD_PASSWORD": "app-password",
        "DATA_DIR": str(tmp_path / "killed"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    url = f"http://127.0.0.1:{port}"
    # The answer on this one is not there yet when the kill comes.
    peer.faults.cut("after", method="PUT", path=TWO, times=None)
    peer.write(f"b/{ONE}", b"1")
    async with (
        storage_process(env) as process,
        half_sent(url, parts((ONE, "1"), (TWO, "2"), (THREE, LARGE)) + NEXT),
        half_sent(url, parts((ONE, "1")) + NEXT, "", "path=b"),
    ):
        await until(lambda: len(peer.tree()) == 4)
        process.kill()
        await process.wait()
    peer.faults.clear()
    assert len(peer.tree()) == 4

    async with storage_process(env):
        await until(lambda: peer.tree() == {"a/": b"", f"b/{ONE}": b"1"})


@pytest.mark.parametrize(("age_s", "left"), [(60, {"a/"}), (2 * 86400, {"a/one.txt"})])
async def test_rows_of_an_old_backup_that_was_put_back_take_nothing(
    storage_with: Storage,
    peer: NextcloudPeer,
    tmp_path: Path,
    age_s: float,
    left: set[str],
):
    peer.write(f"a/{ONE}", b"1")
    etag = peer.files.node(("a", ONE)).etag
    sha256 = hashlib.sha256(b"1").hexdigest()
    state = State(tmp_path / "data" / "storage.sqlite")
    made_at = time.time() - age_s
    row = UnansweredFile(f"a/{ONE}", "gone", 1, sha256, etag, 0, made_at)
    await state.keep_unanswered(row)
    state.close()

    async with storage_with():
        await asyncio.sleep(0.3)

    assert set(peer.tree()) == left
