"""What one PUT may have: as set, as the server refuses, and more where the line is fast."""

from pathlib import Path

import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.storage.large import (
    MB,
    OTHER,
    STORED,
    UNHELD,
    VIDEO,
    content,
    in_pieces,
    sent,
)


async def test_limit_of_the_server_is_learnt_and_kept(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.body_limit_bytes = 3 * MB
    whole = content(5 * MB)
    chunks = {"storage_chunk_max": 2 * MB}

    async with storage_with(**chunks) as storage:
        answers = [await storage.put(VIDEO, content=whole) for _ in range(2)]
    async with storage_with(**chunks) as storage:
        other = await storage.put(VIDEO.replace("01", "02"), content=whole)

    assert answers[0].json()["code"] == "too_large_for_one_put"
    assert [answers[1].status_code, other.status_code] == [200, 200]
    assert len(peer.tree()) == 2


async def test_file_above_the_limit_is_one_put_where_the_line_carries_it_soon(
    storage_with: Storage, peer: NextcloudPeer
):
    async with storage_with(**UNHELD) as storage:
        await storage.put(VIDEO, content=content(2 * MB))
        answer = await storage.put(OTHER, content=content(9 * MB))

    assert answer.status_code == 200, answer.text
    assert [sent(peer, "MOVE", ""), len(sent(peer, "PUT", "video_"))] == [[], 2]


@pytest.mark.slow
async def test_file_above_the_limit_goes_in_chunks_on_a_slow_line(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.files.pacing.received_bytes_per_s = 2 * MB

    async with storage_with(**UNHELD) as storage:
        await storage.put(VIDEO, content=content(MB))
        answer = await storage.put(OTHER, content=content(9 * MB))

    assert answer.status_code == 200, answer.text
    assert len(sent(peer, "MOVE", "")) == 1


async def test_refusal_above_the_limit_ends_the_trying_also_after_a_restart(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.body_limit_bytes = 5 * MB
    large = content(9 * MB)

    async with storage_with(**UNHELD) as storage:
        await storage.put(VIDEO, content=content(2 * MB))
        refused, again = [await storage.put(OTHER, content=large) for _ in range(2)]
    async with storage_with(**UNHELD) as storage:
        await storage.put(VIDEO.replace("01", "03"), content=content(2 * MB))
        smaller = await storage.put(VIDEO.replace("01", "04"), content=content(8 * MB))

    assert refused.json()["code"] == "too_large_for_one_put"
    assert [again.status_code, smaller.status_code] == [200, 200]
    assert len(sent(peer, "MOVE", "")) == 2


@pytest.mark.parametrize("root", ["", "ETM/Prod"])
async def test_upload_begun_in_chunks_goes_on_in_chunks_though_the_line_is_fast(
    storage_with: Storage, peer: NextcloudPeer, root: str
):
    whole = content(12 * MB)
    peer.faults.cut("upload", method="PUT", path="/00003$")
    async with storage_with(**UNHELD, nextcloud_root=root) as storage:
        await storage.put(VIDEO, content=whole)
        peer.requests.clear()

        answer = await storage.put(VIDEO, content=whole)

    assert answer.status_code == 200, answer.text
    assert min(path[-5:] for path in sent(peer, "PUT", "/uploads/")) == "00003"
    assert peer.tree() == {f"{root}/{STORED}".lstrip("/"): whole}


async def test_upload_that_broke_off_in_its_first_chunk_is_gone_on_with_in_chunks(
    storage_with: Storage, peer: NextcloudPeer, tmp_path: Path
):
    whole = content(12 * MB)
    peer.faults.cut("upload", method="PUT", path="/00001$", times=None)
    async with storage_with(**UNHELD, nextcloud_patience_s=0.05) as storage:
        broken = await storage.put(OTHER, content=whole)
        peer.faults.clear()
        await storage.put(VIDEO, content=content(2 * MB))
        answer = await storage.put(OTHER, content=whole)

    assert [broken.status_code, answer.status_code] == [503, 200], answer.text
    assert len(sent(peer, "MOVE", "/uploads/")) == 1
    assert list((tmp_path / "nextcloud" / "uploads").iterdir()) == []


async def test_upload_begun_in_chunks_goes_on_so_after_a_restart_though_one_put_would_do(
    storage_with: Storage, peer: NextcloudPeer, tmp_path: Path
):
    """That a PUT to this path had broken off before is forgotten by then; what was staged would lie for a day."""
    whole, length = content(3 * MB), {"Content-Length": str(3 * MB)}
    peer.faults.cut("upload", method="PUT", path="video_01")
    peer.faults.cut("upload", method="PUT", path="/00002$", times=None)
    async with storage_with(**UNHELD, nextcloud_patience_s=0.05) as storage:
        broken = [
            await storage.put(VIDEO, content=in_pieces(whole), headers=length)
            for _ in range(2)
        ]
    peer.faults.clear()

    async with storage_with(**UNHELD) as storage:
        answer = await storage.put(VIDEO, content=in_pieces(whole), headers=length)

    assert [one.status_code for one in broken] == [503, 503]
    assert answer.status_code == 200, answer.text
    assert len(sent(peer, "MOVE", "/uploads/")) == 1
    assert list((tmp_path / "nextcloud" / "uploads").iterdir()) == []
