"""Events in a genuine PostgreSQL: refused, listed, told again, let rest, given to another address, forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from chassis.database import open_database, service_url
from contracts.actions import Action
from contracts.errors import Rejected
from contracts.events import Event, EventType, TellingStatus
from contracts.reports import Report, ReportStatus
from gateway import event_rows, kept_events
from gateway.database import metadata
from gateway.event_rows import PlannedEvent
from gateway.untold import untold
from tests.postgres.cluster import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]
FIRST, SECOND = "http://n8n.example.org/hook", "http://n8n2.example.org/hook"


def planned(number: int, now: datetime) -> PlannedEvent:
    report = Report(
        report_id=f"20260325-{number}",
        action=Action.FIN,
        status=ReportStatus.FILED,
        chantier="Müller",
        folder="Chantiers/20260325_Müller",
        technician="Jean Keller",
        photos=1,
        opened_at=now,
    )
    body = Event(type=EventType.REPORT_FILED, timestamp=now, data=report)
    return PlannedEvent(f"report.filed-{number}", FIRST, body.model_dump_json(), now)


async def test_an_event_is_refused_told_again_and_forgotten(tmp_path, cluster: Cluster):
    url = service_url(
        SecretStr(await cluster.make_database("events")), tmp_path, "gateway"
    )
    engine = await open_database(url, metadata)
    now = datetime.now(UTC)
    refused, taken = planned(1, now - timedelta(hours=1)), planned(2, now)
    async with engine.begin() as db:
        for event in (refused, taken):
            await event_rows.plan(db, event)
            await event_rows.plan(db, event)
        await event_rows.not_taken(db, refused, Rejected("webhook answered 410"))
        for event in (refused, taken):
            await event_rows.end(db, event)
        (at, newest), _ = await kept_events.page(db, limit=2)
        [(_, dropped)] = await kept_events.page(
            db, limit=2, before=(at, newest.event_id)
        )
        needed = await untold(db, 60)
        await event_rows.readdress(db, [SECOND])
        moved = await event_rows.waiting(db, SECOND, at_most=10, untried_only=False)
        await event_rows.not_taken(db, moved[0], Rejected("webhook answered 410"))
        await event_rows.end(db, moved[0])
        let_rest = await event_rows.dismiss(db, refused.event_id, "retired")
        rests = await untold(db, 60)
        await event_rows.plan_again(db)
        none = await event_rows.waiting(db, SECOND, at_most=10, untried_only=False)
        await event_rows.plan_again(db, taken.event_id)
        again = await event_rows.waiting(db, SECOND, at_most=10, untried_only=False)
        await event_rows.end(db, again[0])
        await event_rows.forget(db, now + timedelta(hours=1), at_most=10)
        left = await kept_events.page(db, limit=2)
    await engine.dispose()

    assert (newest.event_id, dropped.event_id) == (taken.event_id, refused.event_id)
    assert [one.status for one in dropped.tellings] == [TellingStatus.DROPPED]
    assert (needed.late, needed.dropped) == (0, 1)
    assert needed.why == "n8n.example.org: webhook answered 410"
    assert [event.event_id for event in moved] == [refused.event_id]
    assert let_rest
    assert (rests.dropped, none) == (0, [])
    assert [event.event_id for event in again] == [taken.event_id]
    assert left == []
