"""Public links: found again, read-only."""

import asyncio

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer

FOLDER = {"path": "Chantiers/20240309_Étoile"}


@pytest.fixture(autouse=True)
def folder(peer: NextcloudPeer) -> None:
    peer.make_folder(FOLDER["path"])


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
    secret = {**FOLDER, "password": "long enough to please"}
    key = {"Idempotency-Key": "k1"}

    first, second = [
        await storage.post("/storage/shares", json=secret, headers=key)
        for _ in range(2)
    ]
    reused = await storage.post("/storage/shares", json=FOLDER, headers=key)

    assert first.json() == second.json()
    assert reused.status_code == 422


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"path": "nothing"}, 404, "not_found"),
        ({"path": ""}, 422, "bad_path"),
        ({"path": "../.."}, 422, "bad_path"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422, "expires_in_the_past"),
    ],
)
async def test_link_that_cannot_be_is_refused(
    storage: httpx.AsyncClient, changed: dict[str, str], status: int, code: str
):
    answer = await storage.post("/storage/shares", json={**FOLDER, **changed})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
