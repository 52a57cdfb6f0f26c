"""People delete in Deck what a call is at work on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.peers.nextcloud import Fault, NextcloudPeer

BOARD = "ETM Chantiers"
CARD = {"column": "SAV", "title": "Müller", "labels": ["Urgent"], "comment": "reçu"}


@dataclass(slots=True, eq=False)
class Meanwhile(Fault):
    """Has *done* happen right before the request that fits, which is let through."""

    done: Callable[[], None] | None = None

    def matches(self, request: Any) -> bool:
        if Fault.matches(self, request) and self.done:
            done, self.done = self.done, None
            done()
        return False


def meanwhile(
    peer: NextcloudPeer, method: str, path: str, done: Callable[[], None]
) -> None:
    peer.faults.rules.append(Meanwhile(method, path, None, done=done))


REQUESTS = {
    "making it": ("POST", "/cards$"),
    "making its label": ("POST", "/labels$"),
    "labelling it": ("PUT", "/assignLabel$"),
    "reading its comments": ("GET", "/comments"),
    "commenting on it": ("POST", "/comments"),
}


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("what", ["board", "card"])
async def test_card_is_there_whatever_people_delete_while_it_is_made(
    storage: httpx.AsyncClient, peer: NextcloudPeer, what: str, request_: str
):
    """Deck says 403 then, as to who may not write there: a report failed for good."""
    state = peer.deck.state
    await storage.put("/storage/cards/r-0", json={"column": "SAV", "title": "other"})

    def delete() -> None:
        board = next(one for one in state.boards.values() if one.title == BOARD)
        ours = [one for one in state.cards.values() if one.title == CARD["title"]]
        for one in [board] if what == "board" else ours:
            one.deleted = 1

    meanwhile(peer, *REQUESTS[request_], delete)

    answer = await storage.put("/storage/cards/r-1", json=CARD)

    assert answer.status_code == 200, answer.text
    (card,) = [
        one
        for one in state.cards.values()
        if one.id == answer.json()["card_id"] and not one.deleted
    ]
    assert not state.boards[state.stacks[card.stack_id].board_id].deleted
    assert [state.labels[label].title for label in card.labels] == CARD["labels"]


async def test_label_that_people_deleted_a_moment_ago_is_made_again(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    await storage.put("/storage/cards/r-1", json=CARD)
    state = peer.deck.state
    label = next(one for one in state.labels.values() if one.title == "Urgent")
    for card in state.cards.values():
        card.labels.clear()
    del state.labels[label.id]

    answer = await storage.put("/storage/cards/r-1", json={**CARD, "title": "Meyer"})

    assert answer.status_code == 200, answer.text
    assert [card["labels"] for card in peer.cards()] == [["Urgent"]]


async def test_who_may_not_write_on_the_board_is_told_so(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    peer.faults.fail(403, method="POST", path="/cards$", times=None)

    answer = await storage.put("/storage/cards/r-1", json=CARD)

    assert (answer.status_code, answer.json()["code"]) == (403, "nextcloud_forbidden")
