"""The board of our cards: one, whatever happens while it is made."""

import asyncio

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer

CARD = {"column": "Fin de Chantier", "title": "Müller", "description": "6 photos"}


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


async def test_oldest_board_of_that_name_is_ours(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    first = await storage.put("/storage/cards/r-1", json=CARD)
    peer.deck.state.add_board("ETM Chantiers", "0082c9", peer.user)

    second = await storage.put("/storage/cards/r-2", json=CARD)

    assert second.json()["board_id"] == first.json()["board_id"]
