"""Uploads in chunks: resumed where they broke off, and never joined with another's."""

import asyncio
from pathlib import Path
from typing import Literal

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import PeerTransport, Storage
from tests.storage.large import (
    IN_CHUNKS,
    MB,
    STORED,
    UNHELD,
    VIDEO,
    content,
    in_pieces,
    sent,
)
from tests.storage.nextclouds import Nextcloud
from tests.waiting import until


async def test_upload_that_broke_off_goes_on_where_it_was_after_a_restart(
    storage_with: Storage, peer: NextcloudPeer
):
    whole = content(9 * MB)
    fault = peer.faults.fail(500, method="PUT", path="/00003$", times=None)
    async with storage_with(**IN_CHUNKS, nextcloud_patience_s=0.2) as storage:
        broken = await storage.put(VIDEO, content=whole)
    peer.faults.remove(fault)
    peer.requests.clear()

    async with storage_with(**IN_CHUNKS) as storage:
        answer = await storage.put(VIDEO, content=whole)

    assert broken.status_code == 503
    assert answer.status_code == 200, answer.text
    assert [path[-5:] for path in sent(peer, "PUT", "/uploads/")] == [
        "00003",
        "00004",
        "00005",
    ]
    assert peer.tree() == {STORED: whole}


async def test_uploads_below_two_roots_leave_each_other_alone(
    storage_with: Storage, peer: NextcloudPeer
):
    whole = content(9 * MB)
    fault = peer.faults.fail(500, method="PUT", path="/00003$", times=None)
    async with storage_with(**IN_CHUNKS, nextcloud_patience_s=0.2) as storage:
        await storage.put(VIDEO, content=whole)
    peer.faults.remove(fault)

    async with storage_with(**IN_CHUNKS, nextcloud_root="Probe") as probe:
        await probe.put(VIDEO, content=whole)
    peer.requests.clear()
    async with storage_with(**IN_CHUNKS) as storage:
        await storage.put(VIDEO, content=whole)

    assert min(path[-5:] for path in sent(peer, "PUT", "/uploads/")) == "00003"
    assert peer.tree() == {STORED: whole, f"Probe/{STORED}": whole}


async def test_chunks_grow_on_a_fast_line(storage_with: Storage, nextcloud: Nextcloud):
    whole = content(12 * MB)

    async with storage_with(**UNHELD) as storage:
        answer = await storage.put(VIDEO, content=whole)

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {STORED: whole}
    assert len(sent(nextcloud, "PUT", "/uploads/")) == 4  # 1 + 4 + 4 + 3 MB


@pytest.mark.parametrize("how", ["upload", "after"])
async def test_large_chunk_that_broke_off_is_resumed_by_the_repeat_after_a_restart(
    storage_with: Storage, peer: NextcloudPeer, how: Literal["upload", "after"]
):
    whole = content(12 * MB)
    peer.faults.cut(how, method="PUT", path="/00003$")
    async with storage_with(**UNHELD) as storage:
        broken = await storage.put(VIDEO, content=whole)
    peer.requests.clear()

    async with storage_with(**UNHELD) as storage:
        answer = await storage.put(VIDEO, content=whole)

    assert broken.status_code == 503
    assert answer.status_code == 200, answer.text
    assert min(path[-5:] for path in sent(peer, "PUT", "/uploads/")) == "00003"
    assert peer.tree() == {STORED: whole}


async def test_another_content_after_large_chunks_is_sent_by_the_next_repeat(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.faults.cut("upload", method="PUT", path="/00003$")
    other = content(2 * MB, seed=1) + content(10 * MB, seed=5)
    async with storage_with(**UNHELD) as storage:
        await storage.put(VIDEO, content=content(12 * MB, seed=1))

        differs, answer = [await storage.put(VIDEO, content=other) for _ in range(2)]

    assert (differs.status_code, differs.json()["code"]) == (503, "chunks_differ")
    assert answer.status_code == 200, answer.text
    assert peer.tree() == {STORED: other}


async def test_chunk_that_is_too_large_for_the_server_makes_the_next_ones_smaller(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.body_limit_bytes = 3 * MB
    whole = content(12 * MB)

    async with storage_with(**UNHELD) as storage:
        refused, answer = [await storage.put(VIDEO, content=whole) for _ in range(2)]

    assert refused.json()["code"] == "too_large_for_one_put"
    assert answer.status_code == 200, answer.text
    assert peer.tree() == {STORED: whole}


async def test_resumed_upload_with_another_content_sends_what_differs(
    storage_with: Storage, peer: NextcloudPeer
):
    fault = peer.faults.fail(500, method="PUT", path="/00004$", times=None)
    async with storage_with(**IN_CHUNKS, nextcloud_patience_s=0.2) as storage:
        await storage.put(VIDEO, content=content(9 * MB, seed=1))
        peer.faults.remove(fault)
        other = content(2 * MB, seed=1) + content(7 * MB, seed=5)

        answer = await storage.put(VIDEO, content=other)

    assert answer.status_code == 200, answer.text
    assert peer.tree() == {STORED: other}


async def test_full_nextcloud_is_found_out_by_the_first_chunk(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.files.quota_bytes = 5 * MB
    async with storage_with(**IN_CHUNKS) as storage:
        full = await storage.put(VIDEO, content=content(9 * MB))
        tried = len(sent(peer, "PUT", "/uploads/"))
        peer.files.quota_bytes = 20 * MB
        again = await storage.put(VIDEO, content=content(9 * MB))

    assert (full.status_code, tried, again.status_code) == (507, 1, 200)
    assert peer.tree() == {STORED: content(9 * MB)}


async def test_chunks_of_which_the_service_knows_nothing_are_not_joined(
    storage_with: Storage, peer: NextcloudPeer, tmp_path: Path
):
    """``DATA_DIR`` was lost in the middle of an upload."""
    fault = peer.faults.fail(500, method="PUT", path="/00008$", times=None)
    smaller = {**IN_CHUNKS, "storage_chunk_max": MB}
    async with storage_with(**smaller, nextcloud_patience_s=0.2) as storage:
        await storage.put(VIDEO, content=in_pieces(content(9 * MB, seed=5)))
    peer.faults.remove(fault)

    async with storage_with(**IN_CHUNKS, data_dir=tmp_path / "new") as storage:
        answer = await storage.put(VIDEO, content=in_pieces(content(9 * MB)))

    assert answer.status_code == 200, answer.text
    assert peer.tree() == {STORED: content(9 * MB)}


async def test_shorter_content_of_unknown_length_is_not_joined_with_what_a_longer_one_left(
    storage_with: Storage, peer: NextcloudPeer
):
    fault = peer.faults.fail(500, method="PUT", path="/00004$", times=None)
    async with storage_with(**IN_CHUNKS, nextcloud_patience_s=0.2) as storage:
        await storage.put(VIDEO, content=in_pieces(content(9 * MB)))
        peer.faults.remove(fault)
        shorter = content(4 * MB)  # two of its three chunks

        answer = await storage.put(VIDEO, content=in_pieces(shorter))

    assert answer.status_code == 200, answer.text
    assert peer.tree() == {STORED: shorter}


@pytest.mark.parametrize("how", ["lost answer", "server error"])
async def test_move_that_was_done_without_saying_so_is_not_done_twice(
    storage_with: Storage, peer: NextcloudPeer, how: str
):
    whole = content(5 * MB)
    if how == "lost answer":
        peer.faults.cut("after", method="MOVE")
    else:
        peer.faults.fail(500, method="MOVE", written=True)

    async with storage_with(**IN_CHUNKS) as storage:
        answer = await storage.put(VIDEO, content=whole)

    assert answer.status_code == 200, answer.text
    assert peer.tree() == {STORED: whole}
    assert len(sent(peer, "MOVE", "/.file")) == 1


async def test_anothers_file_of_the_same_size_is_not_taken_for_what_a_lost_move_did(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.write(STORED, content(5 * MB, seed=5))
    peer.faults.cut("before", method="MOVE")
    async with storage_with(**IN_CHUNKS) as storage:
        answer = await storage.put(VIDEO, content=content(5 * MB))

    assert answer.json()["path"] == STORED.replace("01.mp4", "01 (2).mp4")
    assert peer.tree()[answer.json()["path"]] == content(5 * MB)


@pytest.mark.parametrize(
    ("lost", "code"), [("/00002", "chunks_do_not_add_up"), ("", "chunks_gone")]
)
async def test_chunk_that_was_lost_in_nextcloud_is_no_gap_in_the_file(
    storage_with: Storage, peer: NextcloudPeer, lost: str, code: str
):
    """Nextcloud joins what there is, without a word."""
    peer.faults.slow(0.2, method="MOVE", times=1)
    async with storage_with(**IN_CHUNKS, nextcloud_patience_s=0.3) as storage:
        put = asyncio.create_task(storage.put(VIDEO, content=content(5 * MB)))
        await until(lambda: bool(sent(peer, "MOVE", "/.file")))
        (joined,) = sent(peer, "MOVE", "/.file")
        async with httpx.AsyncClient(
            transport=PeerTransport(peer.app), auth=("jean.keller", "app-password")
        ) as somebody:
            url = f"http://127.0.0.1{joined.removesuffix('/.file')}{lost}"
            gone = await somebody.delete(url)
        told = await put
        again = await storage.put(VIDEO, content=content(5 * MB))

    assert gone.status_code == 204
    assert (told.status_code, told.json()["code"]) == (503, code)
    assert again.status_code == 200, again.text
    assert peer.tree() == {STORED: content(5 * MB)}
