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
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.patience import Patience
from chassis.tasks import stop
from contracts.errors import Rejected, ServiceError, TimedOut, Unavailable
from contracts.events import Event
from gateway import event_rows
from gateway.event_rows import PlannedEvent
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

    async def open(self) -> None:
        """Bring what an earlier run left; what an address was to get that is no longer set goes to those that are."""
        if self._urls:
            async with self._engine.begin() as db:
                await event_rows.readdress(db, self._urls)
        await self.wake()

    async def plan(self, db: AsyncConnection, event_id: str, event: Event) -> None:
        """Write an event down, once an id; `wake` brings it once that is committed."""
        body, at = event.model_dump_json(), event.timestamp
        for url in self._urls:
            await event_rows.plan(db, PlannedEvent(event_id, url, body, at))

    async def wake(self) -> None:
        """Bring what is not delivered."""
        async with self._engine.connect() as db:
            left = await event_rows.waiting(db, self._urls)
        for event in left:
            key = (event.event_id, event.url)
            if key not in self._tasks:
                self._tasks[key] = task = asyncio.create_task(self._bring(event))
                task.add_done_callback(partial(self._ended, key))

    async def tell_again(self, event_id: str | None = None) -> None:
        """Bring one event once more, to every address; without its id, all that were dropped or wait, at once."""
        # One under way would come to its end and take this for done; one that pauses shall not.
        await stop(
            [t for (id_, _), t in self._tasks.items() if event_id in (None, id_)]
        )
        async with self._engine.begin() as db:
            await event_rows.plan_again(db, event_id)
        await self.wake()

    async def close(self) -> None:
        await stop(tuple(self._tasks.values()))

    def _ended(self, key: tuple[str, str], _task: asyncio.Task[None]) -> None:
        del self._tasks[key]

    async def _bring(self, event: PlannedEvent) -> None:
        with suppress(ServiceError):  # noted by then
            await self._patience.until_done(
                lambda: self._post(event), on_failure=partial(self._not_taken, event)
            )
        async with self._engine.begin() as db:
            await event_rows.end(db, event)

    async def _not_taken(
        self, event: PlannedEvent, attempt: int, error: ServiceError
    ) -> None:
        async with self._engine.begin() as db:
            await event_rows.not_taken(db, event, error)
        if attempt == 1 or not error.retryable:
            logger.warning(
                "event not taken: %s",
                error.detail,
                extra={"event_id": event.event_id, "dropped": not error.retryable},
            )

    async def _post(self, event: PlannedEvent) -> None:
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

    def _require_patience(self, event: PlannedEvent) -> None:
        if datetime.now(UTC) - event.planned_at > KEPT_TRYING:
            raise Rejected(f"webhook did not answer in {KEPT_TRYING.days} days")
