"""What ``/readyz`` asks."""

from collections.abc import Mapping

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from chassis import own_disk
from chassis.health import Check
from contracts.client import ServiceClient
from gateway import attention
from gateway.parts import GatewayParts
from gateway.settings import GatewaySettings
from gateway.untold import untold

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


async def disk(app: FastAPI) -> str:
    """The session lies there, and without ``DATABASE_URL`` all else."""
    settings: GatewaySettings = app.state.settings
    return await own_disk.takes(settings.data_dir)


async def waiting(app: FastAPI) -> str:
    """Say which reports need a person: a gateway that can file the next one is ready all the same."""
    settings: GatewaySettings = app.state.settings
    async with _parts(app).engine.connect() as db:
        return str(await attention.needed(db, settings.stuck_after_s))


async def webhooks(app: FastAPI) -> str:
    """Say what no workflow has heard yet; reports do not wait for it."""
    settings: GatewaySettings = app.state.settings
    if not settings.webhooks:
        return "WEBHOOK_URLS is not set: nobody is told"
    async with _parts(app).engine.connect() as db:
        return str(await untold(db, settings.stuck_after_s))


def _parts(app: FastAPI) -> GatewayParts:
    parts: GatewayParts = app.state.parts
    return parts


async def _alive(http: httpx.AsyncClient) -> str:
    await ServiceClient(http).alive()
    return "alive"


CHECKS: Mapping[str, Check] = {
    "telegram": telegram,
    "storage": storage,
    "notifier": notifier,
    "knowledge": knowledge,
    "database": database,
    "own_disk": disk,
    "reports": waiting,
    "webhooks": webhooks,
}
