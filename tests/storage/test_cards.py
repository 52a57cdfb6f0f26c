"""Cards: one per reference, whatever happens on the way."""

import httpx

from tests.peers.nextcloud import NextcloudPeer

CARD = {"column": "Fin de Chantier", "title": "Müller", "description": "6 photos"}


async def test_card_is_made_with_its_board_and_columns(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    answer = await storage.put("/storage/cards/20260325-7k2mq9x4", json=CARD)

    assert answer.status_code == 200, answer.text
    (card,) = peer.cards()
    assert (card["board"], card["stack"]) == ("ETM Chantiers", "Fin de Chantier")
    assert card["description"] == "6 photos\n\nRéf. 20260325-7k2mq9x4"
    assert answer.json()["created"] is True


async def test_card_put_twice_is_one_card(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    first = await storage.put("/storage/cards/r-1", json=CARD)
    second = await storage.put("/storage/cards/r-1", json=CARD)

    assert second.json() == {**first.json(), "created": False}
    assert len(peer.cards()) == 1
