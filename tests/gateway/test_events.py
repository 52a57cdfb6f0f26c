"""Events as the admin sees them: what no workflow has taken, told again or let rest."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import update

from chassis.database import open_database
from chassis.patience import TRIED_AT_LEAST
from gateway.database import event_troubles, events, metadata
from gateway.parts import database_url
from tests.gateway.house import House
from tests.gateway.test_webhooks import file_one
from tests.gateway.webhook_peer import WebhookPeer, told
from tests.waiting import until

FIRST, SECOND = "http://n8n.example.org/hook", "http://n8n2.example.org/hook"


async def listed(gateway: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    answer = await gateway.get("/gateway/events", params={"shape": "items"} | asked)
    found: list[dict[str, Any]] = answer.raise_for_status().json()
    return found


async def ready(gateway: httpx.AsyncClient) -> str:
    detail: str = (await gateway.get("/readyz")).json()["checks"]["webhooks"]["detail"]
    return detail


async def were_tried(
    gateway: httpx.AsyncClient, count: int, *, attempts: int = 1
) -> None:
    """Wait until *count* events are waiting after so many failed tries."""

    async def tried() -> bool:
        found = await listed(gateway, status="waiting")
        made = [event["tellings"][0]["attempts"] for event in found]
        return len(made) == count and min(made) >= attempts

    await until(tried)


def statuses(event: dict[str, Any]) -> list[str]:
    return [telling["status"] for telling in event["tellings"]]


async def test_what_was_told_is_listed_newest_first(house: House):
    peer = WebhookPeer()
    async with house.gateway(**told(peer)) as gateway:
        await file_one(house)
        await house.until_told(2)

        found = await listed(gateway)
        page = (await gateway.get("/gateway/events", params={"limit": 1})).json()
        rest = await listed(gateway, cursor=page["next"])
        filed = await listed(gateway, type="report.filed")
        nobody = await ready(gateway)

    assert [event["type"] for event in found] == ["report.filed", "album.received"]
    assert [*page["items"], *rest] == found
    assert filed == found[:1]
    assert {event["event_id"] for event in found} == {
        headers["webhook-id"] for headers, _ in peer.calls
    }
    assert [statuses(event) for event in found] == [["told"], ["told"]]
    assert found[0]["data"]["status"] == "filed"
    assert found[0]["tellings"][0]["host"] == "n8n.example.org"
    assert "/hook" not in str(found)
    assert nobody == "no event needs a person"


async def test_an_event_that_waits_says_why(house: House):
    deaf = WebhookPeer(failures=1000)
    async with house.gateway(**told(deaf), stuck_after_s=0.01) as gateway:
        await file_one(house)
        await were_tried(gateway, 2)
        [event] = await listed(gateway, status="waiting", type="report.filed")
        said = await ready(gateway)

    [telling] = event["tellings"]
    assert telling["last_error"] == "webhook answered 503"
    assert telling["attempts"] > 0
    assert "2 wait for long" in said
    assert "n8n.example.org: webhook answered 503" in said


async def test_a_refused_event_is_told_again_on_request(house: House):
    peer = WebhookPeer(failures=2, status=410)
    async with house.gateway(**told(peer)) as gateway:
        await file_one(house)
        await house.until_told(2)
        refused = await listed(gateway, status="dropped")
        said = await ready(gateway)

        event_id = refused[0]["event_id"]
        again = await gateway.post(f"/gateway/events/{event_id}/retry")
        await house.until_told(2)
        after = await listed(gateway)

    assert len(refused) == 2
    assert "2 were refused" in said
    assert again.status_code == 202
    assert peer.calls[-1][0]["webhook-id"] == event_id
    assert len(peer.calls) == 3
    assert sorted(statuses(event)[0] for event in after) == ["dropped", "told"]


async def test_a_told_event_is_told_again_on_request(house: House):
    """A workflow that lost what it was told gets it once more, under the same id."""
    peer = WebhookPeer()
    async with house.gateway(**told(peer)) as gateway:
        await file_one(house)
        await house.until_told(2)
        event_id = (await listed(gateway))[0]["event_id"]

        await gateway.post(f"/gateway/events/{event_id}/retry")
        await house.until(lambda: len(peer.calls) == 3)

    assert peer.calls[1][1] == peer.calls[2][1]
    assert peer.calls[1][0]["webhook-id"] == peer.calls[2][0]["webhook-id"]


async def test_a_dismissed_event_needs_nobody(house: House):
    peer = WebhookPeer(failures=2, status=410)
    async with house.gateway(**told(peer)) as gateway:
        await file_one(house)
        await house.until_told(2)
        for event in await listed(gateway):
            answer = await gateway.post(
                f"/gateway/events/{event['event_id']}/dismiss",
                json={"reason": "workflow retired"},
            )
            assert answer.status_code == 200
        said = await ready(gateway)
        found = await listed(gateway)

    assert said == "no event needs a person"
    assert found[0]["tellings"][0]["dismissed"]["reason"] == "workflow retired"


async def test_only_what_was_dropped_is_dismissed(house: House):
    async with house.gateway(**told(WebhookPeer())) as gateway:
        await file_one(house)
        await house.until_told(2)
        event_id = (await listed(gateway))[0]["event_id"]

        taken = await gateway.post(
            f"/gateway/events/{event_id}/dismiss", json={"reason": "x"}
        )
        unknown = await gateway.post(
            "/gateway/events/report.filed-none-1/dismiss", json={"reason": "x"}
        )
        no_retry = await gateway.post("/gateway/events/report.filed-none-1/retry")

    assert (taken.status_code, unknown.status_code, no_retry.status_code) == (
        409,
        404,
        404,
    )


async def age(house: House, *, attempts: int) -> None:
    """Have all events be four days old, and the failed tries be so many."""
    engine = await open_database(database_url(house.settings()), metadata)
    async with engine.begin() as db:
        long_ago = datetime.now(UTC) - timedelta(days=4)
        await db.execute(update(events).values(planned_at=long_ago))
        await db.execute(update(event_troubles).values(attempts=attempts))
    await engine.dispose()


async def test_three_days_without_an_answer_drop_an_event_visibly(house: House):
    deaf = WebhookPeer(failures=1000)
    async with house.gateway(**told(deaf)) as gateway:
        await file_one(house)
        await were_tried(gateway, 2)
    await age(house, attempts=TRIED_AT_LEAST)
    async with house.gateway(**told(deaf)) as gateway:
        await house.until_told(2)
        found = await listed(gateway)

    assert [statuses(event) for event in found] == [["dropped"], ["dropped"]]
    assert "3 days" in found[0]["tellings"][0]["last_error"]


async def test_a_clock_that_jumps_three_days_drops_nothing(house: House):
    """A machine without a battery starts in another year; what was written down then is old once the clock is right."""
    deaf = WebhookPeer(failures=1000)
    async with house.gateway(**told(deaf)) as gateway:
        await file_one(house)
        await were_tried(gateway, 2)
    await age(house, attempts=1)
    async with house.gateway(**told(deaf)) as gateway:
        await were_tried(gateway, 2, attempts=3)
    peer = WebhookPeer()
    async with house.gateway(**told(peer)):
        await house.until_told(2)

    assert len(peer.calls) == 2


async def test_what_a_wrong_address_did_not_take_goes_to_the_right_one(house: House):
    deaf = WebhookPeer(failures=1000)
    async with house.gateway(**told(deaf) | {"webhook_urls": FIRST}):
        await file_one(house)
        await house.until(lambda: "report.filed" in str(deaf.events))
    peer = WebhookPeer()
    async with house.gateway(**told(peer) | {"webhook_urls": SECOND}) as gateway:
        await house.until_told(2)
        found = await listed(gateway)

    assert {event["type"] for event in peer.events} == {
        "album.received",
        "report.filed",
    }
    assert {telling["host"] for e in found for telling in e["tellings"]} == {
        "n8n2.example.org"
    }


async def test_what_was_taken_is_not_told_to_a_new_address(house: House):
    async with house.gateway(**told(WebhookPeer()) | {"webhook_urls": FIRST}):
        await file_one(house)
        await house.until_told(2)
    peer = WebhookPeer()
    async with house.gateway(**told(peer) | {"webhook_urls": SECOND}) as gateway:
        await house.jean.send("/start")
        await house.jean.sees("Bonjour")
        found = await listed(gateway)

    assert peer.calls == []
    assert [statuses(event) for event in found] == [["told"], ["told"]]


async def test_what_one_of_two_wrong_addresses_did_not_take_is_told(house: House):
    peer = WebhookPeer()
    both = told(peer) | {"webhook_urls": f"{FIRST} {FIRST}-off"}
    async with house.gateway(**both) as gateway:
        await file_one(house)
        await house.until_told(2)

        async def were_tried() -> bool:
            found = await listed(gateway, status="waiting")
            return len(found) == 2

        await until(were_tried)
    right = WebhookPeer()
    async with house.gateway(**told(right) | {"webhook_urls": SECOND}):
        await house.until_told(2)

    assert len(right.calls) == 2


async def test_without_addresses_nothing_is_forgotten(house: House):
    deaf = WebhookPeer(failures=1000)
    async with house.gateway(**told(deaf)):
        await file_one(house)
        await house.until(lambda: "report.filed" in str(deaf.events))
    async with house.gateway() as gateway:
        said = await ready(gateway)
    peer = WebhookPeer()
    async with house.gateway(**told(peer)):
        await house.until_told(2)

    assert "WEBHOOK_URLS is not set" in said
    assert len(peer.calls) == 2
