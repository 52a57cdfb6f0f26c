"""Cards: one per reference, whatever happens on the way."""

import asyncio
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.storage.nextclouds import Nextcloud

CARD = {"column": "Fin de Chantier", "title": "Müller", "description": "6 photos"}


async def test_card_is_made_with_its_board_and_columns(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    answer = await storage.put("/storage/cards/20260325-7k2mq9x4", json=CARD)

    assert answer.status_code == 200, answer.text
    (card,) = nextcloud.cards()
    assert card["board"].startswith("ETM ")
    assert card["stack"] == "Fin de Chantier"
    assert card["description"] == "6 photos\n\nRéf. 20260325-7k2mq9x4"
    assert answer.json()["created"] is True


async def test_card_put_twice_is_one_card(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    first = await storage.put("/storage/cards/r-1", json=CARD)
    second = await storage.put("/storage/cards/r-1", json=CARD)

    assert second.json() == {**first.json(), "created": False}
    assert len(nextcloud.cards()) == 1


@pytest.mark.parametrize("fault", ["lost answer", "500, written", "500, not written"])
async def test_card_is_made_once_when_the_first_try_is_unclear(
    storage: httpx.AsyncClient, peer: NextcloudPeer, fault: str
):
    if fault == "lost answer":
        peer.faults.cut("after", method="POST", path="/cards$")
    else:
        peer.faults.fail(
            500, method="POST", path="/cards$", written=fault == "500, written"
        )

    answer = await storage.put("/storage/cards/r-1", json=CARD)

    assert answer.status_code == 200, answer.text
    assert len(peer.cards()) == 1


async def test_many_callers_with_one_reference_make_one_card(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    answers = await asyncio.gather(
        *(storage.put("/storage/cards/r-1", json=CARD) for _ in range(10))
    )

    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json()["created"] for answer in answers].count(True) == 1
    assert len(nextcloud.cards()) == 1


async def test_attachments_are_links_to_the_files(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write("Chantiers/a [1].jpg", b"x")

    await storage.put(
        "/storage/cards/r-1",
        json={**CARD, "attachments": ["Chantiers/a [1].jpg", "nothing.jpg"]},
    )

    lines = nextcloud.cards()[0]["description"].splitlines()
    assert lines[0] == "6 photos"
    assert lines[2].startswith("- 📎 [a \\[1\\].jpg](http")
    assert lines[-1] == "Réf. r-1"
    assert len(lines) == 5


async def test_text_of_a_card_cannot_pose_as_another_card(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    await storage.put("/storage/cards/r-2", json={**CARD, "description": "Réf. r-1"})

    answer = await storage.put("/storage/cards/r-1", json=CARD)

    assert answer.json()["created"] is True
    assert len(nextcloud.cards()) == 2


async def test_reference_that_begins_another_is_its_own(storage: httpx.AsyncClient):
    await storage.put("/storage/cards/r-10", json=CARD)

    answer = await storage.get("/storage/cards/r-1")

    assert answer.status_code == 404


async def test_card_is_found_by_query(storage: httpx.AsyncClient):
    await storage.put("/storage/cards/r-1", json=CARD)

    found = await storage.get("/storage/cards", params={"reference": "r-1"})
    none = await storage.get("/storage/cards", params={"reference": "r-2"})

    assert [one["reference"] for one in found.json()["items"]] == ["r-1"]
    assert none.json()["items"] == []


async def test_polling_tells_when_a_card_has_moved(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    await storage.put("/storage/cards/r-1", json=CARD)
    first = await storage.get("/storage/cards/r-1")
    seen = {"If-None-Match": first.headers["etag"]}

    still = await storage.get("/storage/cards/r-1", headers=seen)
    card = next(iter(peer.deck.state.cards.values()))
    card.stack_id += 1
    moved = await storage.get("/storage/cards/r-1", headers=seen)

    assert (still.status_code, moved.status_code) == (304, 200)
    assert moved.json()["column"] == "SAV"


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "a\0"},
        {"column": "a\x1b"},
        {"description": "a\0"},
        {"labels": ["a\0"]},
        {"comment": "a\0"},
    ],
)
async def test_what_postgresql_does_not_keep_is_refused(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, changed: dict[str, Any]
):
    """A Nextcloud on it would answer 500 for ever."""
    asked = {"column": "SAV", "title": "Müller", **changed}

    answer = await storage.put("/storage/cards/r-1", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert nextcloud.cards() == []


@pytest.mark.parametrize("reference", ["a b", '"', "%", "é", "-a", "x" * 101])
async def test_reference_that_no_search_finds_is_refused(
    storage: httpx.AsyncClient, reference: str
):
    answer = await storage.put(f"/storage/cards/{quote(reference, safe='')}", json=CARD)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_reference")


async def test_report_waits_where_the_deck_app_is_missing(
    storage_with: Storage, peer: NextcloudPeer
):
    """It was a 404, so that the first report of a new Nextcloud failed for good."""
    async with storage_with(nextcloud_patience_s=0.1) as storage:
        peer.faults.fail(404, path="/apps/deck/", times=None)
        answer = await storage.put("/storage/cards/r-1", json=CARD)

    assert (answer.status_code, answer.json()["code"]) == (503, "deck_missing")
    assert "Deck" in answer.json()["detail"]
