"""The breaker: one wrong try, then none; a right one, and all goes on."""

import asyncio

import httpx
import pytest

from contracts.errors import Unavailable
from storage.breaker import (
    LOCKED_OUT_PROBE_S,
    WRONG_PASSWORD_PROBE_S,
    Breaker,
    BreakerOpen,
)
from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.storage.nextclouds import Nextcloud


class Outside:
    """A clock, and a Nextcloud that answers the probe as it is told."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0
        self.answers = 200
        self.probes = 0
        self.breaker = Breaker(self.probe, clock=lambda: self.now_s)

    async def probe(self) -> None:
        self.probes += 1
        await asyncio.sleep(0)
        if self.answers == 401:
            raise self.breaker.wrong_password()
        if self.answers == 429:
            raise self.breaker.locked_out(None)
        if self.answers == 503:
            raise Unavailable("maintenance")

    async def admitted(self) -> bool:
        try:
            await self.breaker.admit()
        except Unavailable:
            return False
        return True


@pytest.fixture
def outside() -> Outside:
    return Outside()


async def test_a_crowd_costs_one_probe(outside: Outside):
    admitted = await asyncio.gather(*(outside.admitted() for _ in range(20)))

    assert all(admitted)
    assert outside.probes == 1


@pytest.mark.parametrize(
    ("status", "pause_s"), [(401, WRONG_PASSWORD_PROBE_S), (429, LOCKED_OUT_PROBE_S)]
)
async def test_a_refusal_stops_all_until_the_next_probe(
    outside: Outside, status: int, pause_s: float
):
    outside.answers = status

    refused = await asyncio.gather(*(outside.admitted() for _ in range(20)))
    outside.answers = 200
    outside.now_s += pause_s - 1
    early = await outside.admitted()
    outside.now_s += 2
    late = await outside.admitted()

    assert not any(refused)
    assert (early, late) == (False, True)
    assert outside.probes == 2


async def test_maintenance_is_asked_again_at_once(outside: Outside):
    outside.answers = 503
    first = await outside.admitted()
    outside.answers = 200

    assert not first
    assert await outside.admitted()


async def test_clock_that_is_put_back_closes_nobody_out(outside: Outside):
    outside.answers = 401
    await outside.admitted()

    outside.now_s -= 7 * 24 * 3600
    outside.answers = 200

    assert await outside.admitted()
    assert outside.probes == 2


async def test_lock_out_says_until_when(outside: Outside):
    outside.answers = 429

    with pytest.raises(BreakerOpen) as refused:
        await outside.breaker.admit()

    assert "until 2027-01-15 08:30:00 UTC" in refused.value.detail
    assert refused.value.retry_after_s == LOCKED_OUT_PROBE_S


def test_probes_of_a_wrong_password_never_lock_out():
    """Nextcloud locks out at ten wrong tries in half an hour."""
    assert 1800 / WRONG_PASSWORD_PROBE_S < 10


async def test_password_that_goes_wrong_underway_is_tried_by_few(
    storage_with: Storage, peer: NextcloudPeer
):
    async with storage_with() as storage:
        await storage.put("/storage/files/a.txt", content=b"1")
        peer.faults.fail(401, times=None)
        peer.requests.clear()
        answers = await asyncio.gather(
            *(
                storage.get("/storage/files", params={"path": str(n)})
                for n in range(50)
            ),
            *(storage.put(f"/storage/files/{n}.txt", content=b"1") for n in range(50)),
        )
        ready = await storage.get("/readyz")

    assert {answer.json()["code"] for answer in answers} == {"nextcloud_wrong_password"}
    assert len(peer.requests) <= 8
    assert "wrong password" in ready.json()["checks"]["nextcloud"]["detail"]


async def test_session_cookies_are_sent_again(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    for _ in range(2):
        await storage.get("/storage/files")

    assert "cookie" in nextcloud.requests[-1].headers


async def test_maintenance_is_waited_out(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.faults.fail(503, path="/remote.php", times=4)

    answer = await storage.put("/storage/files/a/b.txt", content=b"1")

    assert answer.status_code == 200
    assert peer.tree() == {"a/b.txt": b"1"}


async def test_short_maintenance_is_waited_out_on_decks_routes_too(
    storage_with: Storage, peer: NextcloudPeer
):
    """They alone say ``Retry-After: 120``; the search before them is OCS and says nothing."""
    card = {"column": "SAV", "title": "Müller"}
    async with storage_with() as storage:
        await storage.put("/storage/cards/r-1", json=card)
        peer.faults.fail(503, path="/apps/deck", times=4)
        known = await storage.put("/storage/cards/r-1", json={**card, "title": "M."})
        peer.faults.fail(503, path="/apps/deck/api/v1.0/boards", times=4)
        new = await storage.put("/storage/cards/r-2", json=card)

    assert (known.status_code, new.status_code) == (200, 200)
    assert sorted(one["title"] for one in peer.cards()) == ["M.", "Müller"]


async def test_long_maintenance_is_told_the_same_by_every_route(
    storage_with: Storage, peer: NextcloudPeer
):
    async with storage_with(nextcloud_patience_s=0.3) as storage:
        await storage.put(
            "/storage/cards/r-1", json={"column": "SAV", "title": "Müller"}
        )
        peer.faults.maintenance = True
        answers = [
            await storage.get("/storage/files"),
            await storage.get("/storage/cards/r-1"),
            await storage.post("/storage/shares", json={"path": "a"}),
        ]

    said = {(one.json()["code"], one.headers.get("retry-after")) for one in answers}
    assert said == {("nextcloud_maintenance", None)}
