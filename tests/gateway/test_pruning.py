"""What is dropped after a while, and what never is."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from tests.gateway.house import CHANTIER_GROUP, House


def rows(house: House, table: str) -> int:
    with closing(sqlite3.connect(house.data_dir / "gateway.sqlite")) as file:
        return int(file.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def test_traces_of_ended_work_go_and_nothing_is_doubled_after(house: House):
    async with house.gateway() as gateway:
        await house.choose_chantier()
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.press("Envoyer")
        await house.until_filed(gateway)
        await house.choose_chantier()
        await house.jean.send_photo(house.jpeg(2))
        await house.jean.sees("1 photo reçue")
        kept = rows(house, "replies")

        young = await house.parts.pruning.prune(datetime.now(UTC) + timedelta(days=29))
        old = await house.parts.pruning.prune(datetime.now(UTC) + timedelta(days=31))

    assert (young, old) == (0, 1)
    assert (kept > 0, rows(house, "replies")) == (True, 0)
    assert rows(house, "messages") == 2
    async with house.gateway() as gateway:
        await house.jean.press("Envoyer")
        await house.until_filed(gateway)
    assert sorted(house.files().values()) == sorted(house.photos(2))
    assert len(house.notifier.notices) == len(house.cards()) == 2


async def test_a_key_of_a_workflows_message_goes_when_its_repeats_have_ended(
    house: House,
):
    message = {"chat_id": CHANTIER_GROUP, "text": "Réunion"}
    key = {"Idempotency-Key": "reunion-42"}
    async with house.gateway() as gateway:
        await gateway.post("/gateway/messages", json=message, headers=key)
        await gateway.post("/gateway/messages", json=message)
        kept = rows(house, "message_keys")

        await house.parts.pruning.prune(datetime.now(UTC) + timedelta(days=29))
        other = await gateway.post(
            "/gateway/messages", json={**message, "text": "?"}, headers=key
        )
        await house.parts.pruning.prune(datetime.now(UTC) + timedelta(days=31))

    assert (kept, rows(house, "message_keys")) == (1, 0)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(house.groups["chantier"].messages) == 2
