"""Folders: made where they are missing, once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.storage.nextclouds import Nextcloud
from tests.waiting import until


async def test_folder_is_made_once_by_many(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    answers = await asyncio.gather(
        *(storage.put("/storage/folders/a/b/c") for _ in range(20))
    )

    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json()["created"] for answer in answers].count(True) == 1
    assert nextcloud.tree() == {"a/b/c/": b""}
    made = [one for one in nextcloud.requests if one.method == "MKCOL"]
    assert [one.status for one in made].count(201) == 3


async def test_folder_is_made_although_the_first_who_asked_for_it_leaves(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.faults.slow(0.2, method="MKCOL", times=1)
    first, other = [
        asyncio.create_task(storage.put(f"/storage/files/a/{name}", content=b"1"))
        for name in ("1.txt", "2.txt")
    ]
    await until(lambda: "MKCOL" in {one.method for one in peer.requests})
    first.cancel()

    assert (await other).status_code == 200
    assert peer.tree() == {"a/2.txt": b"1"}


async def test_folder_under_a_file_is_a_conflict(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write("a", b"1")

    folder = await storage.put("/storage/folders/a/b")
    file = await storage.put("/storage/files/a/b.txt", content=b"1")

    assert {folder.status_code, file.status_code} == {409}
    assert nextcloud.tree() == {"a": b"1"}


@pytest.fixture
async def somebody(
    storage_with: Storage, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """Another way to the same Nextcloud, of which the service knows nothing."""
    async with storage_with(data_dir=tmp_path / "another's") as client:
        yield client


async def test_folder_that_somebody_removed_is_made_again(
    storage: httpx.AsyncClient, somebody: httpx.AsyncClient, nextcloud: Nextcloud
):
    await storage.put("/storage/files/Chantiers/a/1.txt", content=b"1")
    await storage.put("/storage/folders/Chantiers/a/b")
    await somebody.delete("/storage/files/Chantiers/a")
    folder = await storage.put("/storage/folders/Chantiers/a/b")
    await somebody.delete("/storage/files/Chantiers/a")
    file = await storage.put("/storage/files/Chantiers/a/2.txt", content=b"2")

    assert (folder.status_code, file.status_code) == (200, 200), folder.text
    assert folder.json()["created"] is True
    assert nextcloud.tree() == {"Chantiers/a/2.txt": b"2"}


async def test_what_a_new_folder_lies_in_is_made_again_where_somebody_removed_it(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    await storage.put("/storage/files/SAV_Urgent/2026-11-25_Meyer/a.jpg", content=b"1")
    peer.files.tree.remove(peer.files.node(("SAV_Urgent",)))

    answer = await storage.put(
        "/storage/files/SAV_Urgent/2026-11-26_Keller/a.jpg", content=b"2"
    )

    assert answer.status_code == 200, answer.text
    assert peer.tree() == {"SAV_Urgent/2026-11-26_Keller/a.jpg": b"2"}


async def test_large_file_into_a_folder_that_somebody_removed_arrives_at_the_repeat(
    storage: httpx.AsyncClient, somebody: httpx.AsyncClient, nextcloud: Nextcloud
):
    await storage.put("/storage/files/Chantiers/a/1.txt", content=b"1")
    await somebody.delete("/storage/files/Chantiers/a")
    video = bytes(3_000_000)

    first, again = [
        await storage.put("/storage/files/Chantiers/a/v.mp4", content=video)
        for _ in range(2)
    ]

    assert (first.status_code, again.status_code) == (503, 200), first.text
    assert nextcloud.tree() == {"Chantiers/a/v.mp4": video}


async def test_everything_stays_below_the_root_folder(
    storage_with: Storage, nextcloud: Nextcloud
):
    async with storage_with(nextcloud_root="ETM/Prod") as storage:
        for path in ("a/b.txt", "/x.txt", "..%2Fy.txt", "%2e%2e/z.txt", "a/../../w"):
            await storage.put(f"/storage/files/{path}", content=b"1")
        listed = await storage.get("/storage/files", params={"path": "a"})

    assert nextcloud.tree() == {"ETM/Prod/a/b.txt": b"1", "ETM/Prod/x.txt": b"1"}
    assert listed.json()["items"][0]["path"] == "a/b.txt"


async def test_put_that_is_forbidden_right_after_its_folder_was_made_is_tried_again(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.faults.fail(403, method="PUT", path="p.jpg", times=2)

    answer = await storage.put("/storage/files/Neu/p.jpg", content=b"jpeg")

    assert answer.status_code == 200, answer.text
    assert peer.tree() == {"Neu/p.jpg": b"jpeg"}


async def test_large_put_that_is_forbidden_right_after_its_folder_was_made_is_to_be_repeated(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.faults.fail(403, method="PUT", path="v.mp4")
    whole = bytes(3_000_000)

    first, again = [
        await storage.put("/storage/files/Neu/v.mp4", content=whole) for _ in range(2)
    ]

    assert (first.status_code, again.status_code) == (503, 200)
    assert peer.tree() == {"Neu/v.mp4": whole}


@pytest.mark.parametrize("size_bytes", [10, 3_000_000])
async def test_put_that_is_forbidden_in_an_old_folder_says_so_at_once(
    storage: httpx.AsyncClient, peer: NextcloudPeer, size_bytes: int
):
    peer.make_folder("Alt")
    peer.faults.fail(403, method="PUT", path="p.jpg", times=None)

    answer = await storage.put("/storage/files/Alt/p.jpg", content=bytes(size_bytes))

    assert (answer.status_code, answer.json()["code"]) == (403, "nextcloud_forbidden")
    assert sum(one.method == "PUT" for one in peer.requests) == 1
