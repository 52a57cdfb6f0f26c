"""Columns and labels are found by their titles, however these are spelt."""

from pathlib import Path

import httpx
import pytest

from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import Storage
from tests.storage.nextclouds import Nextcloud

CARD = {"column": "Fin de Chantier", "title": "Müller", "description": "6 photos"}


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        ("SAV", "Sav"),
        ("Matériel", "materiel"),
        ("Matériel", "MATE\u0301RIEL"),
        ("À  faire", " a faire"),
    ],
)
async def test_column_is_found_whatever_its_case_and_accents(
    storage: httpx.AsyncClient, made: str, asked: str
):
    """A workflow's slip of the pen made a second column beside the one that people look at."""
    await storage.put("/storage/cards/r-1", json={**CARD, "column": made})
    await storage.put("/storage/cards/r-2", json=CARD)

    other = await storage.put("/storage/cards/r-3", json={**CARD, "column": asked})
    moved = await storage.put("/storage/cards/r-2", json={**CARD, "column": asked})

    assert (other.json()["column"], moved.json()["column"]) == (made, made)


async def test_card_stays_where_people_put_it_though_the_service_has_forgotten_it(
    storage_with: Storage, nextcloud: Nextcloud, tmp_path: Path
):
    async with storage_with() as storage:
        await storage.put("/storage/cards/r-1", json=CARD)
        await storage.put("/storage/cards/r-1", json={**CARD, "column": "SAV"})

    async with storage_with(data_dir=tmp_path / "new") as storage:
        again = await storage.put("/storage/cards/r-1", json=CARD)

    assert (again.json()["created"], again.json()["column"]) == (False, "SAV")


async def test_column_titled_just_so_comes_before_one_that_is_like_it(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    state = peer.deck.state
    board = state.add_board("ETM Chantiers", "0082c9", "jean.keller")
    for title in ("SAV", "Sav"):
        state.add_stack(board, title, 1)

    answers = [
        await storage.put(
            f"/storage/cards/in-{column}", json={**CARD, "column": column}
        )
        for column in ("Sav", "sav", "SAV")
    ]

    assert [answer.json()["column"] for answer in answers] == ["Sav", "SAV", "SAV"]


async def test_a_column_spelt_otherwise_does_not_move_back_what_people_moved(
    storage: httpx.AsyncClient, peer: NextcloudPeer
):
    await storage.put("/storage/cards/r-1", json={**CARD, "column": "SAV"})
    await storage.put("/storage/cards/r-2", json=CARD)
    state = peer.deck.state
    card = next(one for one in state.cards.values() if "r-1" in one.description)
    other = next(one for one in state.cards.values() if "r-2" in one.description)
    card.stack_id = other.stack_id

    again = await storage.put("/storage/cards/r-1", json={**CARD, "column": "sav"})

    assert again.json()["column"] == CARD["column"]


async def test_label_is_found_whatever_its_case_and_accents(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    for labels in (["Réglé"], ["regle", "RÉGLÉ"]):
        answer = await storage.put(
            "/storage/cards/r-1", json={**CARD, "labels": labels}
        )

    assert answer.status_code == 200, answer.text
    assert [card["labels"] for card in nextcloud.cards()] == [["Réglé"]]
