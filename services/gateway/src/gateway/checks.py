"""What ``/readyz`` asks."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from chassis.health import Check
from contracts.errors import Unavailable
from contracts.reports import ReportStatus
from gateway import reports
from gateway.parts import GatewayParts
from gateway.settings import GatewaySettings

SESSION_WAIT_S = 2.0


async def telegram(app: FastAPI) -> str:
    return await _parts(app).session.ready(SESSION_WAIT_S)


async def storage(app: FastAPI) -> str:
    return await _alive(_parts(app).outside.storage)


async def notifier(app: FastAPI) -> str:
    return await _alive(_parts(app).outside.notifier)


async def knowledge(app: FastAPI) -> str:
    http = _parts(app).outside.knowledge
    if http is None:
        return "KNOWLEDGE_URL=none: faults get no help and no history"
    return await _alive(http)


async def database(app: FastAPI) -> str:
    async with _parts(app).engine.connect() as db:
        await db.execute(text("SELECT 1"))
    return "answers"


async def stuck(app: FastAPI) -> str:
    """Complain of reports that failed, and of those that are not filed long after they were closed."""
    settings: GatewaySettings = app.state.settings
    limit = datetime.now(UTC) - timedelta(seconds=settings.stuck_after_s)
    async with _parts(app).engine.connect() as db:
        filing = await reports.with_status(db, ReportStatus.FILING)
        failed = await reports.failed(db)
    if failed:
        raise Unavailable(
            f"{len(failed)} reports have failed, among them {failed[-1].report_id}; "
            "GET /gateway/reports?status=failed says why, POST …/retry tries again, POST …/dismiss lets it rest"
        )
    late = [r.report_id for r in filing if r.closed_at and r.closed_at < limit]
    if late:
        raise Unavailable(
            f"{len(late)} reports wait for long, the oldest is {late[0]}; "
            "GET /gateway/reports?status=filing says what for"
        )
    return f"{len(filing)} reports at work"


def _parts(app: FastAPI) -> GatewayParts:
    parts: GatewayParts = app.state.parts
    return parts


async def _alive(http: httpx.AsyncClient) -> str:
    try:
        response = await http.get("/healthz")
    except httpx.TransportError as error:
        raise Unavailable(f"not reached ({type(error).__name__})") from error
    if not response.is_success:
        raise Unavailable(f"answers {response.status_code}")
    return "alive"


CHECKS: Mapping[str, Check] = {
    "telegram": telegram,
    "storage": storage,
    "notifier": notifier,
    "knowledge": knowledge,
    "database": database,
    "reports": stuck,
}
