"""Files of a form that broke off are taken back, at the next start where that was not to be done before."""

import hashlib
import sqlite3
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
import pytest

from storage.state import State
from storage.unanswered_memory import UnansweredFile, UnansweredMemory
from tests.peers.nextcloud import NextcloudPeer
from tests.processes import service_process
from tests.storage import broken_forms as forms
from tests.storage.conftest import PeerTransport, Storage
from tests.waiting import until


async def all_settled(data_dir: Path) -> None:
    """Wait until nothing is left that may be taken back: what is there then stays."""

    def nothing_is_owed() -> bool:
        with closing(sqlite3.connect(data_dir / "storage.sqlite")) as state:
            (rows,) = state.execute("SELECT count(*) FROM unanswered").fetchone()
        return bool(rows == 0)

    await until(nothing_is_owed)


async def test_what_cannot_be_taken_back_now_is_at_the_next_start(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.faults.fail(503, method="DELETE", times=None)
    async with storage_with(nextcloud_patience_s=0.05) as storage:
        await storage.post(
            "/storage/upload?path=a", content=forms.broken_off(peer), headers=forms.FORM
        )
    assert peer.tree() == {f"a/{forms.ONE}": b"1"}
    peer.faults.clear()

    async with storage_with():
        await until(lambda: peer.tree() == {"a/": b""})


async def test_repeat_after_a_restart_comes_before_the_taking_back(
    storage_with: Storage, peer: NextcloudPeer, tmp_path: Path
):
    peer.faults.fail(503, method="DELETE", times=None)
    async with storage_with(nextcloud_patience_s=0.05) as storage:
        await storage.post(
            "/storage/upload?path=a", content=forms.broken_off(peer), headers=forms.FORM
        )
        repeat = await storage.post(
            "/storage/upload?path=a",
            content=forms.parts((forms.ONE, "1")) + forms.END,
            headers=forms.FORM,
        )
    peer.faults.clear()

    async with storage_with():
        await all_settled(tmp_path / "data")

    assert repeat.status_code == 200
    assert peer.tree() == {f"a/{forms.ONE}": b"1"}


async def test_file_whose_answer_could_not_be_noted_is_not_taken_from_the_repeat(
    storage_with: Storage, peer: NextcloudPeer, tmp_path: Path
):
    """Its row stayed on the disk and not in memory, so the repeat did not end it, and the next start took the file."""
    form = forms.parts((forms.ONE, "1")) + forms.END
    async with storage_with() as storage:
        url = "/storage/upload?path=a&on_conflict=replace"
        call = partial(storage.post, url, content=form, headers=forms.FORM)
        with closing(sqlite3.connect(tmp_path / "data" / "storage.sqlite")) as state:
            state.execute(
                "CREATE TRIGGER full BEFORE DELETE ON unanswered BEGIN SELECT * FROM no_room; END"
            )
            refused = await call()
            state.execute("DROP TRIGGER full")
        repeat = await call()

    async with storage_with():
        await all_settled(tmp_path / "data")

    assert peer.tree() == {f"a/{forms.ONE}": b"1"}
    assert (refused.status_code, repeat.status_code) == (503, 200)


async def test_killed_service_takes_back_at_its_next_start(
    nextcloud_url: str, peer: NextcloudPeer, tmp_path: Path
):
    env = {
        "NEXTCLOUD_URL": nextcloud_url,
        "NEXTCLOUD_USER": "jean.keller",
        "NEXTCLOUD_PASSWORD": "app-password",
        "DATA_DIR": str(tmp_path / "killed"),
    }
    # The answer on this one is not there yet when the kill comes.
    peer.faults.cut("after", method="PUT", path=forms.TWO, times=None)
    peer.write(f"b/{forms.ONE}", b"1")
    async with (
        service_process("storage", env) as process,
        forms.half_sent(process.url, forms.THREE_FILES + forms.NEXT),
        forms.half_sent(
            process.url, forms.parts((forms.ONE, "1")) + forms.NEXT, "", "path=b"
        ),
    ):
        await until(lambda: len(peer.tree()) == 4)
        await process.kill()
    peer.faults.clear()
    assert len(peer.tree()) == 4

    async with service_process("storage", env):
        await until(lambda: peer.tree() == {"a/": b"", f"b/{forms.ONE}": b"1"})


@pytest.mark.parametrize(("age_s", "left"), [(60, {"a/"}), (2 * 86400, {"a/one.txt"})])
async def test_rows_of_an_old_backup_that_was_put_back_take_nothing(
    storage_with: Storage,
    peer: NextcloudPeer,
    tmp_path: Path,
    age_s: float,
    left: set[str],
):
    peer.write(f"a/{forms.ONE}", b"1")
    etag = peer.files.node(("a", forms.ONE)).etag
    sha256 = hashlib.sha256(b"1").hexdigest()
    state = State(tmp_path / "data" / "storage.sqlite")
    made_at = time.time() - age_s
    row = UnansweredFile(f"a/{forms.ONE}", "gone", 1, sha256, etag, 0, made_at)
    await UnansweredMemory(state).keep(row)
    state.close()

    async with storage_with():
        await all_settled(tmp_path / "data")

    assert set(peer.tree()) == left


@pytest.mark.parametrize(("age_s", "left"), [(60, {"a/"}), (3600, {f"a/{forms.ONE}"})])
async def test_file_that_arrives_after_it_was_looked_for_is_taken_back_all_the_same(
    storage_with: Storage,
    peer: NextcloudPeer,
    tmp_path: Path,
    age_s: float,
    left: set[str],
):
    """What a lost connection carried may still be written, for as long as anything of ours waits for an answer."""
    sha256, stamp = hashlib.sha256(b"1").hexdigest(), 1_795_000_000
    state = State(tmp_path / "data" / "storage.sqlite")
    made_at = time.time() - age_s
    row = UnansweredFile(f"a/{forms.ONE}", "gone", 1, sha256, "", stamp, made_at)
    await UnansweredMemory(state).keep(row)
    state.close()
    async with storage_with():
        await until(lambda: any(forms.ONE in one.path for one in peer.requests))
        if left != {"a/"}:
            await all_settled(tmp_path / "data")

    async with httpx.AsyncClient(
        transport=PeerTransport(peer.app), auth=("jean.keller", "app-password")
    ) as late:
        url = "http://127.0.0.1/remote.php/dav/files/jean.keller/a"
        await late.request("MKCOL", url)
        put = await late.put(
            f"{url}/{forms.ONE}", content=b"1", headers={"X-OC-CTime": str(stamp)}
        )
    async with storage_with():
        await all_settled(tmp_path / "data")

    assert put.status_code == 201
    assert set(peer.tree()) == left
