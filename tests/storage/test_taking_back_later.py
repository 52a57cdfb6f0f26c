"""Files of a form that broke off are taken back, at the next start where that was not to be done before."""

import asyncio
import hashlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from storage.state import State, UnansweredFile
from tests.peers.nextcloud import NextcloudPeer
from tests.ports import free_port
from tests.storage.broken_forms import (
    END,
    FORM,
    LARGE,
    NEXT,
    ONE,
    THREE,
    TWO,
    broken_off,
    half_sent,
    parts,
    until,
)
from tests.storage.conftest import Storage


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
