"""Files and folders, deleted to the trash bin only."""

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.nextclouds import Nextcloud


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
