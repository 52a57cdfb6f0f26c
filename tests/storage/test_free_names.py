"""Names beside one that is taken, in a folder with many of them."""

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.storage.large import IN_CHUNKS, MB
from tests.storage.nextclouds import Nextcloud


def taken(nextcloud: Nextcloud, count: int) -> None:
    for number in range(1, count + 1):
        name = "photo.jpg" if number == 1 else f"photo ({number}).jpg"
        nextcloud.write(f"a/{name}", b"x" * number)


@pytest.mark.parametrize("size_bytes", [500, 3 * MB])
async def test_many_names_that_are_taken_cost_a_few_requests(
    storage_with: Storage, nextcloud: Nextcloud, size_bytes: int
):
    """A flow names all its photos alike: the file was sent once for each that was there, and refused after 200."""
    taken(nextcloud, 250)
    async with storage_with(**IN_CHUNKS) as storage:
        await storage.get("/storage/files")
        before = len(nextcloud.requests)

        answer = await storage.put(
            "/storage/files/a/photo.jpg", content=bytes(size_bytes)
        )
        requests = len(nextcloud.requests) - before
        again = await storage.put(
            "/storage/files/a/photo.jpg", content=bytes(size_bytes)
        )

    assert answer.json()["path"] == "a/photo (251).jpg"
    assert again.json() == {**answer.json(), "created": False}
    assert requests < 20


async def test_name_that_was_freed_among_many_is_used_again(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    taken(nextcloud, 6)
    nextcloud.write("a/photo (8).jpg", b"last")

    answer = await storage.put("/storage/files/a/photo.jpg", content=bytes(500))

    assert answer.json()["path"] == "a/photo (7).jpg"


async def test_folder_that_takes_no_name_is_not_tried_with_thousands(
    storage_with: Storage, peer: NextcloudPeer
):
    refused = peer.faults.fail(409, method="PUT", times=None)
    async with storage_with() as storage:
        answer = await storage.put("/storage/files/a/photo.jpg", content=b"1")

    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert refused.hits < 1000
