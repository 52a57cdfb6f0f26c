"""Files: written once, verified, never over another's content."""

import hashlib

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.nextclouds import Nextcloud
from tests.waiting import until

PHOTO = "Chantiers/20260325_Müller/30_Photos_Chantier/photo_01_20260325_143201.jpg"


async def test_file_is_stored_with_its_folders_and_the_servers_hash(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    content = b"jpeg" * 1000

    answer = await storage.put(f"/storage/files/{PHOTO}", content=content)

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {PHOTO: content}
    stored = answer.json()
    assert stored["sha256"] == hashlib.sha256(content).hexdigest()
    assert stored["path"] == PHOTO
    assert stored["created"] is True


@pytest.mark.parametrize("path", ["Chantiers/a/", "Chantiers/a/%20", "Chantiers/a/%2E"])
async def test_file_without_a_name_takes_no_folders_place(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, path: str
):
    """A flow whose expression gave no name put a file in the place of the chantier, which then had no folder."""
    answer = await storage.put(f"/storage/files/{path}", content=b"jpeg")

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_path")
    assert nextcloud.tree() == {}


async def test_same_content_twice_is_one_file(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    first = await storage.put(f"/storage/files/{PHOTO}", content=b"once")

    second = await storage.put(f"/storage/files/{PHOTO}", content=b"once")

    assert second.status_code == 200
    assert second.json() == {**first.json(), "created": False}
    assert nextcloud.tree() == {PHOTO: b"once"}


async def test_other_content_is_kept_beside_and_its_repeat_finds_it(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    await storage.put("/storage/files/a/photo.jpg", content=b"one")

    answers = [
        await storage.put("/storage/files/a/photo.jpg", content=b"two")
        for _ in range(2)
    ]

    assert [answer.json()["path"] for answer in answers] == ["a/photo (2).jpg"] * 2
    assert [answer.json()["created"] for answer in answers] == [True, False]
    assert nextcloud.tree() == {"a/photo.jpg": b"one", "a/photo (2).jpg": b"two"}


async def test_name_that_was_freed_meanwhile_is_taken(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    """What stood there was deleted before it was looked at; the file went beside nothing, as ``a (2).txt``."""
    peer.faults.fail(412, method="PUT")

    answer = await storage.put("/storage/files/d/a.txt", content=b"1")

    assert (answer.status_code, answer.json()["created"]) == (200, True)
    assert peer.tree() == {"d/a.txt": b"1"}


@pytest.mark.parametrize("taken_at", ["1970-01-01T00:00:01Z", "1969-12-31T12:00:00Z"])
async def test_time_that_nextcloud_stumbles_over_is_left_out(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, taken_at: str
):
    """A camera whose clock was never set: 500, with the file stored."""
    answer = await storage.put(
        "/storage/files/a.jpg", content=b"1", params={"taken_at": taken_at}
    )

    assert answer.status_code == 200, answer.text
    (put,) = [one for one in nextcloud.requests if one.method == "PUT"]
    assert "x-oc-mtime" not in put.headers


async def test_file_is_asked_for_as_it_is(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """What a server before Nextcloud has compressed would be handed on as the file."""
    nextcloud.write("a.txt", b"0123456789")

    await storage.get("/storage/files/a.txt")

    assert nextcloud.requests[-1].headers["accept-encoding"] == "identity"


async def test_file_comes_back_whole_and_in_part(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write("été/plan 1.pdf", b"0123456789")

    whole = await storage.get("/storage/files/été/plan 1.pdf")
    part = await storage.get(
        "/storage/files/été/plan 1.pdf", headers={"Range": "bytes=2-4"}
    )

    assert (whole.status_code, whole.content) == (200, b"0123456789")
    assert (part.status_code, part.content) == (206, b"234")
    assert "filename*=UTF-8''plan%201.pdf" in whole.headers["content-disposition"]


@pytest.mark.parametrize(
    "name", ["Range", "If-Range", "If-None-Match", "If-Modified-Since"]
)
async def test_condition_that_nobody_can_mean_is_passed_over(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, name: str
):
    nextcloud.write("a.txt", b"0123456789")

    answer = await storage.get(
        "/storage/files/a.txt", headers={name.encode(): b'"\xe9"'}
    )

    assert (answer.status_code, answer.content) == (200, b"0123456789")


@pytest.mark.parametrize("path", ["", "Docs"])
async def test_folder_is_not_read_as_a_file(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, path: str
):
    """Nextcloud answers 200 with a sentence on WebDAV, which was handed on as the file's bytes."""
    nextcloud.write("Docs/a.txt", b"1")

    answer = await storage.get(f"/storage/files/{path}")
    head = await storage.head(f"/storage/files/{path}")

    assert (answer.status_code, head.status_code) == (409, 409), answer.text
    assert answer.json()["code"] == "not_a_file"


async def test_missing_file_is_404(storage: httpx.AsyncClient):
    answer = await storage.get("/storage/files/été/plan 1.pdf")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert answer.json()["detail"] == "Nextcloud has nothing at été/plan 1.pdf."


@pytest.mark.parametrize("size_bytes", [1000, 2_500_000])
async def test_file_that_arrived_damaged_is_removed_and_said_so(
    storage: httpx.AsyncClient, peer: NextcloudPeer, size_bytes: int
):
    peer.faults.wrong_hash()

    damaged = await storage.put("/storage/files/a/b.bin", content=bytes(size_bytes))
    left = peer.tree()
    again = await storage.put("/storage/files/a/b.bin", content=bytes(size_bytes))

    assert (damaged.status_code, damaged.json()["code"]) == (503, "content_damaged")
    assert left == {"a/": b""}
    assert again.status_code == 200
    assert peer.tree() == {"a/b.bin": bytes(size_bytes)}


@pytest.mark.parametrize("size_bytes", [100_000, 3_000_000])
async def test_full_nextcloud_is_asked_once_and_again_when_there_is_room(
    storage: httpx.AsyncClient, peer: NextcloudPeer, size_bytes: int
):
    peer.files.quota_bytes = 50_000

    full = await storage.put("/storage/files/a/b.bin", content=bytes(size_bytes))
    tries = sum(one.method == "PUT" for one in peer.requests)
    peer.files.quota_bytes = 10 * size_bytes
    again = await storage.put("/storage/files/a/b.bin", content=bytes(size_bytes))

    assert (full.status_code, full.json()["code"]) == (507, "storage_full")
    assert full.json()["retry_after_s"] >= 60
    assert tries == 1
    assert again.status_code == 200, again.text
    assert peer.tree() == {"a/b.bin": bytes(size_bytes)}


async def test_resumed_download_of_a_file_that_changed_is_the_whole_new_file(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write("a.bin", b"old old old")
    old = (await storage.get("/storage/files/a.bin")).headers["etag"]
    resumed = {"Range": "bytes=4-", "If-Range": old}
    same = await storage.get("/storage/files/a.bin", headers=resumed)

    async def is_another() -> bool:
        nextcloud.write("a.bin", b"new new new new")
        return (await storage.head("/storage/files/a.bin")).headers["etag"] != old

    # What is written within the same second keeps its ETag.
    await until(is_another)
    changed = await storage.get("/storage/files/a.bin", headers=resumed)

    assert (same.status_code, same.content) == (206, b"old old")
    assert (changed.status_code, changed.content) == (200, b"new new new new")
    assert changed.headers["content-length"] == "15"
    assert "content-range" not in changed.headers
    assert changed.headers["etag"] != old
