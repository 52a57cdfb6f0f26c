"""A card is the reference's own for as long as it lives, whatever people do with it."""

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage

CARD = {"column": "Fin de Chantier", "title": "Müller", "description": "6 photos"}


async def test_card_whose_reference_was_deleted_by_hand_is_found_all_the_same(
    storage_with: Storage, peer: NextcloudPeer
):
    async with storage_with() as storage:
        await storage.put("/storage/cards/r-1", json=CARD)
    (card,) = peer.deck.state.cards.values()
    card.description = "6 photos, vu par Paul"

    async with storage_with() as storage:  # restarted
        again = await storage.put("/storage/cards/r-1", json=CARD)
        found = await storage.get("/storage/cards/r-1")
        untouched = card.description
        changed = await storage.put("/storage/cards/r-1", json={**CARD, "title": "Neu"})

    assert {again.json()["created"], changed.json()["created"]} == {False}
    assert found.json()["card_id"] == card.id
    assert len(peer.cards()) == 1
    assert untouched == "6 photos, vu par Paul"
    assert card.description == "6 photos, vu par Paul\n\nRéf. r-1"


@pytest.mark.parametrize("gone", ["card", "column", "board", "restored"])
async def test_card_that_does_not_live_any_more_is_made_anew(
    storage: httpx.AsyncClient, peer: NextcloudPeer, gone: str
):
    await storage.put("/storage/cards/r-1", json=CARD)
    (card,) = peer.deck.state.cards.values()
    card.description = "somebody's own"
    if gone == "card":
        card.deleted = 1
    elif gone == "column":
        card.description += "\n\nRéf. r-1"  # which no search finds there
        peer.deck.state.stacks[card.stack_id].deleted = 1
    elif gone == "board":
        peer.deck.state.boards[2].deleted = 1
    else:
        card.created -= 1  # another card that has the id since a backup was put back

    answer = await storage.put("/storage/cards/r-1", json={**CARD, "title": "Neu"})

    assert answer.json()["created"] is True, answer.text
    assert answer.json()["column"] == CARD["column"]
    assert card.title == "Müller"


@pytest.mark.parametrize("gone", ["column", "board", "archived board", "renamed board"])
async def test_new_card_is_made_where_people_see_it(
    storage: httpx.AsyncClient, peer: NextcloudPeer, gone: str
):
    """Deck takes a card in a deleted column without a word: its create() looks at the board alone."""
    await storage.put("/storage/cards/r-1", json=CARD)
    (card,) = peer.deck.state.cards.values()
    board = peer.deck.state.boards[2]
    if gone == "column":
        peer.deck.state.stacks[card.stack_id].deleted = 1
    elif gone == "board":
        board.deleted = 1
    elif gone == "archived board":
        board.archived = True
    else:
        board.title = "Archives 2025"

    answer = await storage.put("/storage/cards/r-2", json=CARD)

    assert answer.json()["column"] == CARD["column"], answer.text
    made = peer.deck.state.cards[answer.json()["card_id"]]
    stack = peer.deck.state.stacks[made.stack_id]
    assert not stack.deleted
    assert (stack.board_id == board.id) is (gone == "column")


@pytest.mark.parametrize("has_line", [True, False])
async def test_card_on_an_archived_board_is_left_and_another_takes_the_change(
    storage: httpx.AsyncClient, peer: NextcloudPeer, has_line: bool
):
    await storage.put("/storage/cards/r-1", json=CARD)
    (old,) = peer.deck.state.cards.values()
    old.description = old.description if has_line else "6 photos"
    peer.deck.state.boards[2].archived = True

    repeat = await storage.put("/storage/cards/r-1", json=CARD)
    changed, again = [
        await storage.put("/storage/cards/r-1", json={**CARD, "title": "Neu"})
        for _ in range(2)
    ]

    assert repeat.json()["created"] is False
    assert changed.status_code == 200, changed.text
    assert [one.json()["created"] for one in (changed, again)] == [True, False]
    assert changed.json()["card_id"] == again.json()["card_id"] != old.id
