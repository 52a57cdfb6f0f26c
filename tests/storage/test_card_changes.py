"""What changes on a card, and what people made of it that stays."""

import httpx

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.nextclouds import Nextcloud

CARD = {"column": "Fin de Chantier", "title": "Müller", "description": "6 photos"}


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
    assert card.title == "Müller, facturé"
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
