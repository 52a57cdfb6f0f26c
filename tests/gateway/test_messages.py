"""Messages that workflows send through the bot."""

import httpx
import pytest

from tests.gateway.house import CHANTIER_GROUP, House


async def test_a_workflow_writes_to_a_group_once_for_each_key(
    house: House, gateway: httpx.AsyncClient
):
    message = {
        "chat_id": CHANTIER_GROUP,
        "text": "Livraison à 14 h",
        "buttons": [[{"label": "Vu", "data": "vu"}]],
    }
    key = {"Idempotency-Key": "delivery-1"}

    first = await gateway.post("/gateway/messages", json=message, headers=key)
    again = await gateway.post("/gateway/messages", json=message, headers=key)
    other = await gateway.post(
        "/gateway/messages", json={**message, "text": "autre"}, headers=key
    )

    assert first.status_code == 200
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    [shown] = house.groups["chantier"].messages
    assert (shown.id, shown.text) == (first.json()["message_id"], "Livraison à 14 h")
    assert shown.labels == ["Vu"]


@pytest.mark.parametrize("text", ["👩🏽‍🔧" * 600, " \u00a0\n"])
async def test_a_text_that_telegram_refuses_uses_no_key_up(
    house: House, gateway: httpx.AsyncClient, text: str
):
    key = {"Idempotency-Key": "delivery-2"}
    message = {"chat_id": CHANTIER_GROUP, "text": text}

    refused = await gateway.post("/gateway/messages", json=message, headers=key)
    mended = await gateway.post(
        "/gateway/messages", json={**message, "text": "Livraison"}, headers=key
    )

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "body.text"
    assert mended.status_code == 200


async def test_a_workflow_may_not_write_to_strangers(
    house: House, gateway: httpx.AsyncClient
):
    eve = house.telegram.add_user("Eve")

    refused = await gateway.post(
        "/gateway/messages", json={"chat_id": eve.id, "text": "?"}
    )
    elsewhere = await gateway.post(
        "/gateway/messages", json={"chat_id": -5000000009, "text": "?"}
    )

    assert (refused.status_code, elsewhere.status_code) == (403, 403)
    assert eve.chat == []
