"""Buttons that a workflow puts under its messages: n8n is told who pressed them."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.gateway.house import CHANTIER_GROUP, House
from tests.gateway.webhook_peer import WebhookPeer, told


async def ask(gateway: httpx.AsyncClient, chat_id: int, payload: str) -> httpx.Response:
    """Send what a workflow would: a question with one button."""
    return await gateway.post(
        "/gateway/messages",
        json={
            "chat_id": chat_id,
            "text": "Réunion demain à 8 h ?",
            "buttons": [[{"label": "Je viens", "data": payload}]],
        },
    )


def pressed(peer: WebhookPeer) -> list[Mapping[str, Any]]:
    return [event for event in peer.events if event["type"] == "button.pressed"]


async def test_a_press_is_told_with_who_pressed_what_where(house: House):
    peer = WebhookPeer()
    async with house.gateway(**told(peer)) as gateway:
        await house.jean.send("/start")
        await house.jean.sees("Bonjour")
        sent = await ask(gateway, house.jean.id, "reunion:42:oui")

        answer = await house.jean.press("Je viens")
        await house.until(lambda: len(peer.calls) == 1)
        kept = (await gateway.get("/gateway/events?type=button.pressed")).json()

    assert answer.text == "C'est noté 👍"
    [event] = pressed(peer)
    assert [one["data"] for one in kept["items"]] == [event["data"]]
    assert event["data"] == {
        "chat_id": house.jean.id,
        "message_id": sent.json()["message_id"],
        "data": "reunion:42:oui",
        "user_id": house.jean.id,
        "name": "Jean Keller",
    }
    assert peer.calls[0][0]["webhook-signature"].startswith("v1,")


async def test_a_press_in_a_group_is_told_whatever_it_says(house: House):
    peer = WebhookPeer()
    async with house.gateway(**told(peer)) as gateway:
        await ask(gateway, CHANTIER_GROUP, "fin")

        await house.jean.press("Je viens", to=house.groups["chantier"])
        await house.until(lambda: len(peer.calls) == 1)

    [event] = pressed(peer)
    assert (event["data"]["chat_id"], event["data"]["data"]) == (CHANTIER_GROUP, "fin")
    assert event["data"]["name"] == "Jean Keller"


async def test_each_press_is_told_once_more_than_the_last_and_again_until_it_is_taken(
    house: House,
):
    peer = WebhookPeer(failures=2)
    async with house.gateway(**told(peer)) as gateway:
        await ask(gateway, CHANTIER_GROUP, "oui")
        group = house.groups["chantier"]

        await house.jean.press("Je viens", to=group)
        await house.until(lambda: len(peer.calls) == 3)
        await house.jean.press("Je viens", to=group)
        await house.until(lambda: len(peer.calls) == 4)

    ids = [headers["webhook-id"] for headers, _ in peer.calls]
    assert (len(set(ids[:3])), len(set(ids))) == (1, 2)


async def test_the_buttons_of_the_bot_are_not_told(house: House):
    peer = WebhookPeer()
    async with house.gateway(**told(peer)) as gateway:
        await house.choose_chantier()
        await house.jean.press("Annuler")
        await ask(gateway, house.jean.id, "fin")
        await house.jean.press("Je viens")
        await house.jean.sees("Quel chantier")

    assert peer.calls == []


async def test_where_nobody_is_told_a_button_says_so(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/start")
    await house.jean.sees("Bonjour")
    await ask(gateway, house.jean.id, "oui")

    answer = await house.jean.press("Je viens")

    assert "plus valable" in (answer.text or "")


@pytest.mark.parametrize("payload", ["ok:20260325-7k2mq9x4", "c:abc:1", "up:42"])
async def test_what_the_bot_writes_on_its_own_buttons_is_refused(
    house: House, gateway: httpx.AsyncClient, payload: str
):
    """Its press would be taken for one of the bot's, and no workflow would hear of it."""
    refused = await ask(gateway, CHANTIER_GROUP, payload)

    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "data_of_the_bot")
    assert problem["errors"][0]["field"] == "body.buttons.0.0.data"
    assert house.groups["chantier"].messages == []


@pytest.mark.parametrize(("rows", "a_row"), [(10, 100), (1, 101), (101, 1)])
async def test_more_buttons_than_telegram_takes_are_refused(
    gateway: httpx.AsyncClient, rows: int, a_row: int
):
    """A packet of more than a MiB ended the bot's connection, again with each try."""
    button = {"label": "🏠", "data": "d"}
    answer = await gateway.post(
        "/gateway/messages",
        json={
            "chat_id": CHANTIER_GROUP,
            "text": "Qui ?",
            "buttons": [[button] * a_row] * rows,
        },
    )

    assert answer.status_code == 422
    assert "100" in answer.text
