"""Thousands of events that wait: no address is stormed, none holds up another, and the gateway has time for people."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from chassis.database import open_database
from contracts.chat import PressedButton
from contracts.events import Event, EventType
from gateway.database import events, metadata
from gateway.event_courier import SIDE_BY_SIDE
from gateway.parts import database_url
from tests.gateway.house import House
from tests.gateway.test_events import FIRST, SECOND, listed
from tests.gateway.test_webhooks import file_one
from tests.gateway.webhook_peer import WebhookPeer, told

pytestmark = pytest.mark.slow

WAITING = 500


class Silent(httpx.AsyncBaseTransport):
    """`FIRST` never answers a post; `SECOND` takes it at once, unless its id is one of ``refused``."""

    def __init__(self, *refused: str) -> None:
        self.under_way = self.most_under_way = 0
        self.taken: list[str] = []
        self._refused = refused

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        event_id = request.headers["webhook-id"]
        if str(request.url) == SECOND:
            if event_id in self._refused:
                return httpx.Response(500)
            self.taken.append(event_id)
            return httpx.Response(204)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.Event().wait()
        finally:
            self.under_way -= 1
        raise AssertionError("never reached")


async def leave_waiting(house: House, *urls: str, count: int = WAITING) -> None:
    """Put down what an earlier run did not bring."""
    now = datetime.now(UTC)
    press = PressedButton(chat_id=1, message_id=1, data="oui", user_id=1, name="Jean")
    body = Event(
        type=EventType.BUTTON_PRESSED, timestamp=now, data=press
    ).model_dump_json()
    rows = [
        {
            "event_id": f"button.pressed-{number:04}",
            "url": url,
            "body": body,
            "planned_at": now,
            "ended": False,
        }
        for number in range(count)
        for url in urls
    ]
    engine = await open_database(database_url(house.settings()), metadata)
    async with engine.begin() as db:
        await db.execute(insert(events), rows)
    await engine.dispose()


async def test_a_silent_address_is_not_stormed_and_holds_up_no_other(house: House):
    await leave_waiting(house, FIRST, SECOND)
    peer = Silent()
    settings = told(WebhookPeer()) | {
        "webhook_urls": f"{FIRST} {SECOND}",
        "webhooks": peer,
    }
    async with house.gateway(**settings):
        await house.until(lambda: len(peer.taken) == WAITING)
        await house.jean.send("/start")
        await house.jean.sees("Bonjour")

    assert peer.most_under_way == SIDE_BY_SIDE
    assert len(set(peer.taken)) == WAITING


async def test_what_an_address_always_refuses_keeps_nothing_back(house: House):
    await leave_waiting(house, SECOND)
    refused = [f"button.pressed-{number:04}" for number in range(30)]
    peer = Silent(*refused)
    settings = told(WebhookPeer()) | {"webhook_urls": SECOND, "webhooks": peer}
    async with house.gateway(**settings):
        await house.until(lambda: len(peer.taken) == WAITING - len(refused))
        await file_one(house)
        await house.until(lambda: "report.filed" in str(peer.taken))


def held_first(status: int) -> tuple[list[str], asyncio.Event, dict[str, Any]]:
    """Who takes all but answers the first call when let go, with *status*: the ids it was told, what lets it go, the settings."""
    calls: list[str] = []
    hold = asyncio.Event()

    async def take(request: httpx.Request) -> httpx.Response:
        calls.append(request.headers["webhook-id"])
        if len(calls) > 1:
            return httpx.Response(204)
        await hold.wait()
        return httpx.Response(status)

    return calls, hold, told(WebhookPeer()) | {"webhooks": httpx.MockTransport(take)}


async def test_a_retry_beside_a_try_is_one_more_telling(house: House):
    calls, hold, settings = held_first(204)
    async with house.gateway(**settings) as gateway:
        await file_one(house)
        await house.until(lambda: len(calls) >= 1)
        await gateway.post(f"/gateway/events/{calls[0]}/retry")
        hold.set()
        await house.until_told(2)
        found = await listed(gateway)

    assert calls.count(calls[0]) == 2
    assert {telling["status"] for e in found for telling in e["tellings"]} == {"told"}


async def test_retry_now_amid_a_try_that_fails_tries_again_at_once(house: House):
    """What that try left rested for one more pause, of up to a minute."""
    calls, hold, settings = held_first(503)
    await leave_waiting(house, FIRST, count=1)
    async with house.gateway(**settings, retry_first_s=3600, retry_longest_s=3600):
        await house.until(lambda: len(calls) == 1)
        await house.parts.events.retry_all()
        hold.set()
        await house.until_told(1)

    assert len(calls) == 2
