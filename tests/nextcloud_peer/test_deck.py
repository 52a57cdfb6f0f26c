"""What Deck does with a card that no recording shows; source: nextcloud/deck v1.13.9, CardService and CardMapper."""

import httpx
import pytest

from tests.nextcloud_peer.conftest import BOARDS
from tests.peers.nextcloud import NextcloudPeer

CARD = {"title": "Müller", "type": "plain", "owner": "jean.keller"}
FIRST = f"{BOARDS}/1/stacks/1/cards/1"
SEARCH = "/ocs/v2.php/apps/deck/api/v1.0/search"
OCS = {"OCS-APIRequest": "true"}


@pytest.fixture
async def card(http: httpx.AsyncClient) -> None:
    """Card 1 in the first stack of the board that a user begins with."""
    await http.get(BOARDS)
    cards = f"{BOARDS}/1/stacks/1/cards"
    await http.post(cards, json={**CARD, "description": "réf. 567, urgent"})


@pytest.mark.usefixtures("card")
async def test_a_put_moves_the_card_to_the_stack_of_its_url(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    await http.put(f"{BOARDS}/1/stacks/2/cards/1", json=CARD)

    assert [card["stack"] for card in peer.cards()] == ["Doing"]


@pytest.mark.usefixtures("card")
async def test_a_put_brings_a_deleted_card_back(
    peer: NextcloudPeer, http: httpx.AsyncClient
) -> None:
    await http.delete(FIRST)
    gone = peer.cards()

    answer = await http.put(FIRST, json=CARD)

    assert gone == []
    assert answer.status_code == 200
    assert len(peer.cards()) == 1


@pytest.mark.usefixtures("card")
async def test_an_archived_card_cannot_be_archived_again(
    http: httpx.AsyncClient,
) -> None:
    archived = {**CARD, "archived": True}

    statuses = [(await http.put(FIRST, json=archived)).status_code for _ in range(2)]
    without = await http.put(FIRST, json=CARD)

    assert statuses == [200, 500]
    assert (without.status_code, without.json()["archived"]) == (200, True)


@pytest.mark.usefixtures("card")
async def test_a_put_that_does_not_say_done_makes_it_undone(
    http: httpx.AsyncClient,
) -> None:
    done = await http.put(FIRST, json={**CARD, "done": "2026-11-23T08:00:00+00:00"})
    undone = await http.put(FIRST, json=CARD)

    assert done.json()["done"] == "2026-11-23T08:00:00+00:00"
    assert undone.json()["done"] is None


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("müller", True),
        ("urgent", True),
        ('description:"567, urgent"', True),
        ("description:567 title:müller", True),
        ('"567, absent"', False),
        ("title:567", False),
        ("list:do", True),
    ],
)
async def test_a_search_finds_an_archived_card_by_what_it_says(
    http: httpx.AsyncClient, term: str, found: bool
) -> None:
    kept = {**CARD, "description": "réf. 567, urgent", "archived": True}
    await http.put(FIRST, json=kept)

    params = {"term": term, "format": "json"}
    answer = await http.get(SEARCH, params=params, headers=OCS)

    titles = [card["title"] for card in answer.json()["ocs"]["data"]]
    assert titles == ["Müller"] * found


@pytest.mark.usefixtures("card")
async def test_comments_are_counted_on_the_card(http: httpx.AsyncClient) -> None:
    comments = "/ocs/v2.php/apps/deck/api/v1.0/cards/1/comments"
    await http.post(comments, json={"message": "12 photos"}, headers=OCS)

    assert (await http.get(FIRST)).json()["commentsCount"] == 1
