"""
Events for n8n: written down with what they tell of, signed, and brought for as long as it takes.

Source: github.com/standard-webhooks/standard-webhooks, "spec/standard-webhooks.md".
"""

import asyncio
import base64
import hashlib
import hmac
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
from pydantic import SecretStr
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.patience import Patience
from chassis.tasks import stop
from contracts.errors import Rejected, ServiceError, TimedOut, Unavailable
from contracts.events import Event
from gateway import database
from gateway.database import events
from gateway.settings import IN_BASE64

logger = logging.getLogger(__name__)

KEPT_TRYING = timedelta(days=3)
_PASSING = frozenset({404, 429})
"""404 is n8n's answer while the workflow is switched off."""
TIMEOUT_S = 15.0


def signature(secret: str, event_id: str, at_s: int, body: bytes) -> str:
    """Sign one event: ``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``."""
    key = secret.encode()
    if secret.startswith(IN_BASE64):
        key = base64.b64decode(secret.removeprefix(IN_BASE64))
    signed = f"{event_id}.{at_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


async def forget(db: AsyncConnection, before: datetime, *, at_most: int) -> None:
    """Drop events that were told, or given up, long ago."""
    old = (
        select(events.c.event_id)
        .where(events.c.planned_at < before, events.c.ended)
        .limit(at_most)
    )
    await db.execute(delete(events).where(events.c.event_id.in_(old), events.c.ended))


@dataclass(frozen=True)
class _Planned:
    event_id: str
    url: str
    body: str
    planned_at: datetime


class Webhooks:
    """
    Brings each event to each URL; an answer of 2xx ends it, most 4xx too.

    Args:
        engine: Where events are kept until they are delivered.
        http: Reaches the URLs.
        urls: Each gets every event.
        secret: Signs; ``whsec_`` and base64, or any text.
        patience: Between tries.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        http: httpx.AsyncClient,
        urls: Sequence[str],
        secret: SecretStr,
        *,
        patience: Patience,
    ) -> None:
        self._engine = engine
        self._http = http
        self._urls = urls
        self._secret = secret
        self._patience = patience
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    @property
    def has_listeners(self) -> bool:
        """Whether anybody is."""
        return bool(self._urls)

    async def plan(self, db: AsyncConnection, event_id: str, event: Event) -> None:
        """Write an event down, once an id; `wake` brings it once that is committed."""
        for url in self._urls:
            row = {
                "event_id": event_id,
                "url": url,
                "body": event.model_dump_json(),
                "planned_at": event.timestamp,
            }
            await database.add_once(db, events, row)

    async def wake(self) -> None:
        """Bring what is not delivered, what an earlier run left included."""
        query = select(
            events.c.event_id, events.c.url, events.c.body, events.c.planned_at
        ).where(events.c.ended.is_(False))
        async with self._engine.connect() as db:
            left = [_Planned(*row) for row in await db.execute(query)]
        for event in left:
            key = (event.event_id, event.url)
            if key not in self._tasks:
                self._tasks[key] = task = asyncio.create_task(self._bring(event))
                task.add_done_callback(partial(self._ended, key))

    async def close(self) -> None:
        await stop(tuple(self._tasks.values()))

    def _ended(self, key: tuple[str, str], _task: asyncio.Task[None]) -> None:
        del self._tasks[key]

    async def _bring(self, event: _Planned) -> None:
        try:
            await self._patience.until_done(lambda: self._post(event))
        except ServiceError as error:
            logger.warning(
                "event dropped: %s", error.detail, extra={"event_id": event.event_id}
            )
        async with self._engine.begin() as db:
            await db.execute(
                update(events)
                .where(events.c.event_id == event.event_id, events.c.url == event.url)
                .values(ended=True)
            )

    async def _post(self, event: _Planned) -> None:
        at_s, body = int(time.time()), event.body.encode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event.event_id,
            "webhook-timestamp": str(at_s),
            "webhook-signature": signature(
                self._secret.get_secret_value(), event.event_id, at_s, body
            ),
        }
        try:
            # The status is the whole answer: what follows may have no end, or not be what its coding says.
            async with self._http.stream(
                "POST", event.url, content=body, headers=headers, timeout=TIMEOUT_S
            ) as response:
                status = response.status_code
        except httpx.TransportError as error:
            self._require_patience(event)
            raise TimedOut(f"webhook not reached: {type(error).__name__}") from error
        if status in _PASSING or status >= 500:
            self._require_patience(event)
            raise Unavailable(f"webhook answered {status}")
        if not response.is_success:
            raise Rejected(f"webhook answered {status}")

    def _require_patience(self, event: _Planned) -> None:
        if datetime.now(UTC) - event.planned_at > KEPT_TRYING:
            raise Rejected(f"webhook did not answer in {KEPT_TRYING.days} days")
