"""Folders: listed, made, deleted to the trash bin only."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.storage.nextclouds import Nextcloud
from tests.waiting import until


async def test_folder_is_listed_page_by_page(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    for name in ("b.txt", "A.txt", "été.txt"):
        nextcloud.write(f"Docs/{name}", b"12")
    nextcloud.make_folder("Docs/z")

    first = await storage.get("/storage/files", params={"path": "Docs", "limit": 3})
    second = await storage.get(
        "/storage/files",
        params={"path": "Docs", "limit": 3, "cursor": first.json()["next"]},
    )

    assert [one["name"] for one in first.json()["items"]] == ["z", "A.txt", "b.txt"]
    assert [one["path"] for one in second.json()["items"]] == ["Docs/été.txt"]
    assert second.json()["next"] is None
    assert first.json()["items"][1]["size_bytes"] == 2


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("/storage/files?path=Docs&shape=items", ["a.txt"]),
        ("/storage/chantiers?shape=items", ["20260325_Müller"]),
        ("/storage/cards?reference=r-1&shape=items", []),
    ],
)
async def test_list_is_a_bare_array_where_that_is_asked_for(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, url: str, names: list[str]
):
    nextcloud.write("Docs/a.txt", b"1")
    nextcloud.make_folder("Chantiers/20260325_Müller")

    answer = await storage.get(url)

    assert [one["name"] for one in answer.json()] == names


async def test_root_is_listed_without_a_path(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.make_folder("Chantiers")

    answer = await storage.get("/storage/files")

    assert [one["name"] for one in answer.json()["items"]] == ["Chantiers"]


async def test_repeated_listing_costs_one_small_request(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write("Docs/a.txt", b"1")
    await storage.get("/storage/files", params={"path": "Docs"})
    nextcloud.requests.clear()

    await storage.get("/storage/files", params={"path": "Docs"})

    assert [(one.method, one.headers["depth"]) for one in nextcloud.requests] == [
        ("PROPFIND", "0")
    ]


async def test_own_write_and_anothers_are_seen_at_once(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write("Docs/a.txt", b"1")
    seen = []
    for path in (None, "Docs/b.txt", "Docs/c.txt"):
        if path == "Docs/b.txt":
            await storage.put(f"/storage/files/{path}", content=b"2")
        elif path:
            nextcloud.write(path, b"3")
        answer = await storage.get("/storage/files", params={"path": "Docs"})
        seen.append(len(answer.json()["items"]))

    assert seen == [1, 2, 3]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nothing", 404, "not_found"),
        ("Docs/a.txt", 409, "not_a_folder"),
        ("../x", 422, "bad_path"),
        ("a\\b", 422, "bad_path"),
    ],
)
async def test_what_is_no_folder_is_not_listed(
    storage: httpx.AsyncClient,
    nextcloud: Nextcloud,
    path: str,
    status: int,
    code: str,
):
    nextcloud.write("Docs/a.txt", b"1")

    answer = await storage.get("/storage/files", params={"path": path})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "said", ["nonsense", "1", "[1e999, 1]", "[1, 1, 1]", "[" * 3000]
)
async def test_foreign_cursor_is_refused(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, said: str
):
    nextcloud.write("a.txt")
    cursor = base64.urlsafe_b64encode(said.encode()).decode()

    answer = await storage.get("/storage/files", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


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


async def test_deleted_file_is_in_the_trash_bin(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write("Chantiers/a.txt", b"1")

    answer = await storage.delete("/storage/files/Chantiers/a.txt")

    assert answer.status_code == 204
    assert nextcloud.tree() == {"Chantiers/": b""}
    assert len(nextcloud.trash()) == 1


async def test_nothing_is_deleted_for_good(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.write("Chantiers/a.txt", b"1")
    peer.files.has_trash = False

    answer = await storage.delete("/storage/files/Chantiers/a.txt")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_trash_bin")
    assert peer.tree() == {"Chantiers/a.txt": b"1"}


@pytest.mark.parametrize("path", ["Chantiers", "Privé/a.txt", "Chantiers/../Privé"])
async def test_only_what_lies_below_the_roots_is_deleted(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, path: str
):
    nextcloud.write("Privé/a.txt", b"1")
    nextcloud.make_folder("Chantiers")

    answer = await storage.request("DELETE", f"/storage/files/{path}")

    assert answer.status_code in {403, 422}
    assert nextcloud.tree() == {"Privé/a.txt": b"1", "Chantiers/": b""}


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
