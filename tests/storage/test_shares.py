"""Public links: found again, read-only."""

import asyncio
import hashlib
from pathlib import Path

import httpx
import pytest

from contracts.files import ShareRequest
from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.storage.nextclouds import Nextcloud

FOLDER = {"path": "Chantiers/20240309_Étoile"}
SECRET = {**FOLDER, "password": "long enough to please"}


@pytest.fixture(autouse=True)
def folder(nextcloud: Nextcloud) -> None:
    nextcloud.make_folder(FOLDER["path"])


async def test_link_is_made_once(storage: httpx.AsyncClient):
    answers = await asyncio.gather(
        *(storage.post("/storage/shares", json=FOLDER) for _ in range(5))
    )

    assert {answer.status_code for answer in answers} == {200}, answers[0].text
    assert len({answer.json()["url"] for answer in answers}) == 1
    assert [answer.json()["created"] for answer in answers].count(True) == 1


@pytest.mark.parametrize("written", [True, False])
async def test_link_is_made_once_when_the_first_try_is_unclear(
    storage: httpx.AsyncClient, peer: NextcloudPeer, written: bool
):
    peer.faults.fail(500, method="POST", path="/shares", written=written)

    first = await storage.post("/storage/shares", json=FOLDER)
    second = await storage.post("/storage/shares", json=FOLDER)

    assert first.status_code == 200, first.text
    assert second.json()["url"] == first.json()["url"]


async def test_link_that_ends_is_another_than_one_that_does_not(
    storage: httpx.AsyncClient,
):
    ends = {**FOLDER, "expires_at": "2099-01-30T15:00:00+01:00"}

    forever = await storage.post("/storage/shares", json=FOLDER)
    first, second = [await storage.post("/storage/shares", json=ends) for _ in range(2)]

    assert first.json()["expires_at"] == "2099-01-31T00:00:00Z"
    assert second.json()["url"] == first.json()["url"] != forever.json()["url"]


async def test_link_with_a_password_is_made_once_for_its_key(
    storage: httpx.AsyncClient,
):
    key = {"Idempotency-Key": "k1"}

    first, second = [
        await storage.post("/storage/shares", json=SECRET, headers=key)
        for _ in range(2)
    ]
    reused = await storage.post("/storage/shares", json=FOLDER, headers=key)

    assert first.json() == second.json()
    assert reused.status_code == 422


async def test_link_with_a_password_is_known_again_without_a_key(
    storage_with: Storage, peer: NextcloudPeer
):
    async with storage_with() as storage:
        first = await storage.post("/storage/shares", json=SECRET)
        open_one = await storage.post("/storage/shares", json=FOLDER)
    async with storage_with() as storage:  # restarted
        again = await storage.post("/storage/shares", json=SECRET)
        other = await storage.post(
            "/storage/shares", json={**SECRET, "password": "another one, as long"}
        )

    assert again.json() == {**first.json(), "created": False}
    assert len({one.json()["url"] for one in (first, open_one, other)}) == 3
    assert len(peer.shares()) == 3


@pytest.mark.parametrize("what", ["deleted", "another password", "may write"])
async def test_link_with_a_password_is_made_anew_when_it_is_not_as_it_was(
    storage: httpx.AsyncClient, peer: NextcloudPeer, what: str
):
    first = await storage.post("/storage/shares", json=SECRET)
    link = peer.share(1)
    if what == "deleted":
        link.kind = 0
    elif what == "another password":
        link.password = "changed by hand"
    else:
        link.permissions |= 2

    again = await storage.post("/storage/shares", json=SECRET)

    assert again.json()["created"] is True, again.text
    assert again.json()["url"] != first.json()["url"]


async def test_no_password_lies_in_the_state(
    storage: httpx.AsyncClient, tmp_path: Path
):
    key = {"Idempotency-Key": "k1"}
    await storage.post("/storage/shares", json=SECRET, headers=key)

    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    asked = ShareRequest.model_validate(SECRET).model_dump_json()
    assert SECRET["password"].encode() not in kept
    # Nor a hash that can be guessed at without the secret.
    assert hashlib.sha256(asked.encode()).hexdigest().encode() not in kept
    for file in (tmp_path / "data").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"path": "nothing"}, 404, "not_found"),
        ({"path": ""}, 422, "bad_path"),
        ({"path": "../.."}, 422, "bad_path"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422, "expires_in_the_past"),
        ({"expires": "2030-01-01T00:00:00Z"}, 422, "invalid_request"),
        ({"password": "nul\0"}, 422, "invalid_request"),
    ],
)
async def test_link_that_cannot_be_is_refused(
    storage: httpx.AsyncClient, changed: dict[str, str], status: int, code: str
):
    answer = await storage.post("/storage/shares", json={**FOLDER, **changed})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_link_that_may_write_is_refused_and_removed(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.give_links(15)

    answer = await storage.post("/storage/shares", json=FOLDER)

    assert (answer.status_code, answer.json()["code"]) == (403, "link_may_write")
    assert peer.shares() == []


@pytest.mark.parametrize("asked", [FOLDER, SECRET], ids=["open", "password"])
async def test_link_that_nextcloud_ends_by_itself_is_made_once(
    storage_with: Storage, peer: NextcloudPeer, asked: dict[str, str]
):
    """An admin may set an end for all links: each call made another one."""
    peer.end_links(after_days=7)
    async with storage_with() as storage:
        first = await storage.post("/storage/shares", json=asked)
    async with storage_with() as storage:  # restarted
        again = await storage.post("/storage/shares", json=asked)

    assert first.json()["expires_at"] is not None
    assert again.json() == {**first.json(), "created": False}
    assert len(peer.shares()) == 1


async def test_link_whose_end_somebody_changed_is_not_given_for_one_without(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.end_links(after_days=7)
    first = await storage.post("/storage/shares", json=FOLDER)
    peer.share(1).expires = "2099-01-30 00:00:00"

    again = await storage.post("/storage/shares", json=FOLDER)

    assert again.json()["url"] != first.json()["url"]


async def test_what_nextclouds_rules_refuse_is_told_in_its_words(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    """With 404, as if the folder were missing."""
    peer.faults.fail(404, method="POST", path="/shares")

    answer = await storage.post("/storage/shares", json=FOLDER)

    assert (answer.status_code, answer.json()["code"]) == (422, "share_refused")
    assert "a fault on demand" in answer.json()["detail"]
