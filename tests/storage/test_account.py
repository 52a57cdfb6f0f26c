"""Whose files they are: the account's user id, whatever name it signs in with."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from storage.app import create_app
from storage.settings import StorageSettings
from tests.conftest import run_app
from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.storage.large import IN_CHUNKS, MB, content, sent
from tests.storage.nextclouds import Nextcloud

WHO_AM_I = "/ocs/v2.php/cloud/user"
BY_ADDRESS = {
    "nextcloud_user": "Jean.Keller@example.org",
    "nextcloud_password": "login-password",
}


@pytest.fixture
def address_signs_in(peer: NextcloudPeer) -> None:
    peer.accounts.login_password = "login-password"


@pytest.mark.usefixtures("address_signs_in")
async def test_files_of_who_signs_in_by_address_lie_under_the_user_id(
    storage_with: Storage, peer: NextcloudPeer
):
    large = content(5 * MB)

    async with storage_with(**BY_ADDRESS, **IN_CHUNKS) as storage:
        await storage.put("/storage/files/Docs/a.txt", content=b"1")
        await storage.put("/storage/files/Docs/b.bin", content=large)
        listed = await storage.get("/storage/files", params={"path": "Docs"})
        read = await storage.get("/storage/files/Docs/b.bin")

    assert peer.tree() == {"Docs/a.txt": b"1", "Docs/b.bin": large}
    assert [one["name"] for one in listed.json()["items"]] == ["a.txt", "b.bin"]
    assert read.content == large
    assert sent(peer, "MOVE", "/uploads/jean.keller/")


@pytest.mark.usefixtures("address_signs_in")
async def test_user_id_is_asked_once(storage_with: Storage, peer: NextcloudPeer):
    async with storage_with(**BY_ADDRESS) as storage:
        await asyncio.gather(*(storage.get("/storage/files") for _ in range(20)))

    assert [one.path for one in peer.requests].count(WHO_AM_I) == 1


@pytest.mark.usefixtures("address_signs_in")
async def test_user_id_is_learned_when_nextcloud_comes_back(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.faults.maintenance = True
    async with storage_with(**BY_ADDRESS, nextcloud_patience_s=0) as storage:
        away = await storage.put("/storage/files/a.txt", content=b"1")
        peer.faults.maintenance = False
        back = await storage.put("/storage/files/a.txt", content=b"1")

    assert away.json()["code"] == "nextcloud_maintenance"
    assert back.status_code == 200
    assert peer.tree() == {"a.txt": b"1"}


@pytest.mark.usefixtures("address_signs_in")
async def test_short_absence_at_the_first_call_is_waited_out(
    storage_with: Storage, peer: NextcloudPeer
):
    peer.faults.fail(502, times=3)

    async with storage_with(**BY_ADDRESS) as storage:
        answer = await storage.put("/storage/files/a.txt", content=b"1")

    assert answer.status_code == 200


async def test_name_in_other_capitals_is_the_same_account(
    storage_with: Storage, nextcloud: Nextcloud
):
    async with storage_with(nextcloud_user=nextcloud.user.upper()) as storage:
        await storage.put("/storage/files/a.txt", content=b"1")

    homes = {
        one.path.split("/")[4] for one in nextcloud.requests if "/dav/" in one.path
    }
    assert nextcloud.tree() == {"a.txt": b"1"}
    assert homes == {nextcloud.user}


async def test_address_with_an_app_password_is_told_why(
    storage_with: Storage, peer: NextcloudPeer
):
    async with storage_with(nextcloud_user="jean.keller@example.org") as storage:
        ready = await storage.get("/readyz")

    detail = ready.json()["checks"]["nextcloud"]["detail"]
    assert ready.status_code == 503
    assert "not an e-mail address" in detail


async def test_what_is_no_nextcloud_is_told(
    settings_for: Callable[..., StorageSettings],
):
    website = httpx.MockTransport(lambda _: httpx.Response(200, text="<html>"))
    settings = settings_for("http://127.0.0.1", nextcloud_patience_s=0)

    async with run_app(create_app(settings, transport=website)) as storage:
        ready = await storage.get("/readyz")
        answer = await storage.get("/storage/files")

    assert ready.status_code == 503
    assert answer.json()["code"] == "nextcloud_unreadable"
