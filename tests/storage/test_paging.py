"""Lists that change while they are read page by page: what stays is listed once."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.storage.nextclouds import Nextcloud
from tests.waiting import until

Change = Callable[[list[str]], Awaitable[None]]


async def listed(
    storage: httpx.AsyncClient, url: str, change: Change, **asked: Any
) -> list[str]:
    """Read all pages; *change* is told of the names of each."""
    names: list[str] = []
    while True:
        page = (await storage.get(url, params=asked)).json()
        shown = [one["name"] for one in page["items"]]
        await change(shown)
        names += shown
        if page["next"] is None:
            return names
        asked["cursor"] = page["next"]


async def test_flow_that_removes_what_it_has_read_reads_everything(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """An inbox that n8n empties: the second page began as many places too late as the first had files."""
    names = [f"{number:02d}.pdf" for number in range(12)]
    for name in names:
        nextcloud.write(f"Logistique/{name}", b"1")

    async def remove(shown: list[str]) -> None:
        for name in shown:
            await storage.delete(f"/storage/files/Logistique/{name}")

    read = await listed(storage, "/storage/files", remove, path="Logistique", limit=5)

    assert read == names
    assert nextcloud.tree("Logistique") == {}


@pytest.mark.parametrize("q", ["", "client"])
async def test_chantiers_that_go_meanwhile_take_none_along(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, q: str
):
    names = [f"2026{month:02d}01_Client {month}" for month in range(12, 0, -1)]
    for name in names:
        nextcloud.make_folder(f"Chantiers/{name}")

    async def remove(shown: list[str]) -> None:
        for name in shown:
            await storage.delete(f"/storage/files/Chantiers/{name}")

    assert await listed(storage, "/storage/chantiers", remove, limit=5, q=q) == names


async def test_chantier_that_moves_up_meanwhile_brings_none_back(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """A photo comes to the last one of the first page, which stands above the others then."""
    names = [f"Sans date {number}" for number in range(9)]
    for name in names:
        nextcloud.make_folder(f"Chantiers/{name}")
    moved: list[str] = []

    async def photo(shown: list[str]) -> None:
        async def is_first() -> bool:
            nextcloud.write(f"Chantiers/{shown[-1]}/photo.jpg", b"1")
            first = await storage.get("/storage/chantiers", params={"limit": 1})
            return bool(first.json()["items"][0]["name"] == shown[-1])

        if not moved:
            moved.append(shown[-1])
            await until(is_first)

    assert sorted(await listed(storage, "/storage/chantiers", photo, limit=3)) == names


async def test_file_that_is_overwritten_in_the_same_second_is_listed_as_it_is(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    """Its own ETag stays, its folder's moves: that is what tells whether a list is still good."""
    sizes = []
    for size_bytes in (1, 2, 3):
        nextcloud.write("Docs/a.txt", b"x" * size_bytes)
        page = (await storage.get("/storage/files", params={"path": "Docs"})).json()
        sizes.append(page["items"][0]["size_bytes"])

    assert sizes == [1, 2, 3]
