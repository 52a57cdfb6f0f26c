"""Cards: one per reference, whatever happens on the way."""

import asyncio
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


@pytest.mark.parametrize("what", ["/boards$", "/stacks$"])
@pytest.mark.parametrize("written", [True, False])
async def test_board_is_made_once_when_the_first_try_is_unclear(
    storage: httpx.AsyncClient, peer: NextcloudPeer, what: str, written: bool
):
    peer.faults.fail(500, method="POST", path=what, written=written)

    answers = [await storage.put("/storage/cards/r-1", json=CARD) for _ in range(2)]

    assert answers[-1].status_code == 200, answers[-1].text
    titles = [board.title for board in peer.deck.state.boards.values()]
    assert titles.count("ETM Chantiers") == 1


async def test_many_callers_with_one_reference_make_one_card(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    answers = await asyncio.gather(
        *(storage.put("/storage/cards/r-1", json=CARD) for _ in range(10))
    )

    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json()["created"] for answer in answers].count(True) == 1
    assert len(nextcloud.cards()) == 1


async def test_many_references_at_once_make_one_board(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    await asyncio.gather(
        *(storage.put(f"/storage/cards/r-{n}", json=CARD) for n in range(10))
    )

    assert len(peer.cards()) == 10
    titles = [board.title for board in peer.deck.state.boards.values()]
    assert titles.count("ETM Chantiers") == 1


async def test_deleted_board_is_replaced_by_a_new_one(
    storage: httpx.AsyncClient, peer: NextcloudPeer, nextcloud_url: str
):
    first = await storage.put("/storage/cards/r-1", json=CARD)
    async with httpx.AsyncClient(
        base_url=nextcloud_url, auth=("jean.keller", "app-password")
    ) as admin:
        path = f"/index.php/apps/deck/api/v1.0/boards/{first.json()['board_id']}"
        await admin.delete(path, headers={"OCS-APIRequest": "true"})

    second = await storage.put("/storage/cards/r-2", json=CARD)

    assert second.status_code == 200, second.text
    assert second.json()["board_id"] != first.json()["board_id"]


async def test_update_keeps_what_it_leaves_out(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    due = {**CARD, "due_at": "2026-04-01T12:00:00+02:00", "labels": ["Urgent"]}
    await storage.put("/storage/cards/r-1", json=due)
    next(iter(peer.deck.state.cards.values())).done = "2026-03-30T10:00:00+00:00"

    answer = await storage.put(
        "/storage/cards/r-1", json={"column": "Fin de Chantier", "title": "Neu"}
    )

    (card,) = peer.cards()
    assert card["title"] == "Neu"
    assert card["description"] == "6 photos\n\nRéf. r-1"
    assert card["labels"] == ["Urgent"]
    assert card["done"] == "2026-03-30T10:00:00+00:00"
    assert answer.json()["due_at"] == "2026-04-01T10:00:00Z"


async def test_repeat_does_not_undo_what_people_did_since(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    await storage.put("/storage/cards/r-1", json=CARD)
    await storage.put("/storage/cards/r-9", json={**CARD, "column": "Facturé"})
    state = peer.deck.state
    card = next(one for one in state.cards.values() if "r-1" in one.description)
    other = next(one for one in state.cards.values() if "r-9" in one.description)
    card.title, card.stack_id = "Müller, facturé", other.stack_id

    again = await storage.put("/storage/cards/r-1", json=CARD)
    changed = await storage.put(
        "/storage/cards/r-1", json={**CARD, "description": "7 photos"}
    )

    assert (again.json()["title"], again.json()["column"]) == (
        "Müller, facturé",
        "Facturé",
    )
    assert changed.json()["column"] == "Facturé"
    assert "7 photos" in card.description


async def test_archived_card_takes_a_text_and_is_else_left_alone(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    """Deck answers 500, for ever, to another column and to a label there."""
    await storage.put("/storage/cards/r-1", json=CARD)
    (card,) = peer.deck.state.cards.values()
    card.archived = True
    changed = {**CARD, "description": "7 photos", "column": "SAV", "labels": ["Urgent"]}

    answers = [await storage.put("/storage/cards/r-1", json=changed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].json()["column"] == "Fin de Chantier"
    assert card.description.startswith("7 photos")
    assert (card.archived, card.labels) == (True, [])


async def test_labels_people_and_comment_are_added_once(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    request = {
        **CARD,
        "labels": ["Telegram", "Telegram"],
        "assignees": ["jean.keller"],
        "comment": "reçu",
    }
    await storage.put("/storage/cards/r-1", json=request)
    await storage.put("/storage/cards/r-2", json=request)

    answer = await storage.put("/storage/cards/r-1", json={**request, "title": "Neu"})

    assert answer.status_code == 200, answer.text
    assert [card["labels"] for card in nextcloud.cards()] == [["Telegram"]] * 2
    posted = [
        one.path
        for one in nextcloud.requests
        if one.method == "POST" and one.path.endswith("/comments")
    ]
    assert len(posted) == 2


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


async def test_change_of_one_field_leaves_what_people_made_of_the_others(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    await storage.put("/storage/cards/r-1", json=CARD)
    (card,) = peer.deck.state.cards.values()
    card.title = "Müller, Paul s'en occupe"

    await storage.put("/storage/cards/r-1", json={**CARD, "description": "7 photos"})

    assert card.title == "Müller, Paul s'en occupe"
    assert card.description.startswith("7 photos")


async def test_label_is_made_once_when_the_first_try_is_unclear(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.faults.fail(500, method="POST", path="/labels$", written=True)

    answer = await storage.put("/storage/cards/r-1", json={**CARD, "labels": ["VIP"]})

    assert answer.status_code == 200, answer.text
    assert peer.cards()[0]["labels"] == ["VIP"]


async def test_links_of_a_card_outlast_a_change_that_names_none(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write("a.jpg", b"x")
    await storage.put("/storage/cards/r-1", json={**CARD, "attachments": ["a.jpg"]})

    await storage.put("/storage/cards/r-1", json={**CARD, "description": "7 photos"})

    text = nextcloud.cards()[0]["description"]
    assert text.startswith("7 photos\n\n- 📎 [a.jpg](http")


async def test_oldest_board_of_that_name_is_ours(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    first = await storage.put("/storage/cards/r-1", json=CARD)
    peer.deck.state.add_board("ETM Chantiers", "0082c9", peer.user)

    second = await storage.put("/storage/cards/r-2", json=CARD)

    assert second.json()["board_id"] == first.json()["board_id"]


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
