"""Brings to one address what it has not taken, for as long as it takes."""

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.patience import Patience
from chassis.tasks import stop
from chassis.waiting import first_of
from contracts.errors import ServiceError
from gateway import event_rows
from gateway.event_rows import PlannedEvent
from gateway.webhook_client import WebhookClient

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 4
AT_ONCE = 20
"""As many events are in memory, however many wait."""


class EventCourier:
    """
    One task and one pause an address, so that thousands of events for a dead one cost no more than a few.

    An event that was not tried yet is tried at once, also in a pause. Of the others the one that rests longest comes
    first: those that an address always refuses do not keep the rest back.
    """

    def __init__(
        self, engine: AsyncEngine, client: WebhookClient, url: str, patience: Patience
    ) -> None:
        self._engine = engine
        self._client = client
        self._url = url
        self._patience = patience
        self._woken = asyncio.Event()
        self._misses = 0
        self._again_at = 0.0
        self._is_hurried = False
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        self._task = asyncio.create_task(self._keep_bringing())

    async def close(self) -> None:
        await stop([self._task])

    def wake(self) -> None:
        """Look for what was not tried yet."""
        self._woken.set()

    def hurry(self) -> None:
        """Try now what waits for its next try, too."""
        self._misses, self._again_at, self._is_hurried = 0, 0.0, True
        self._woken.set()

    async def _keep_bringing(self) -> None:
        while True:
            self._woken.clear()
            pause_s = await self._patience.until_sure(self._bring_some)
            await first_of(self._woken, within_s=pause_s)

    async def _bring_some(self) -> float | None:
        """Bring what is due; say after how many seconds there is more to do, None where something new has to come."""
        now = asyncio.get_running_loop().time
        self._is_hurried = False
        is_due = now() >= self._again_at
        async with self._engine.connect() as db:
            batch = await event_rows.waiting(
                db, self._url, at_most=AT_ONCE, untried_only=not is_due
            )
        if not batch:
            return None if is_due else self._again_at - now()
        failures, ended = await self._bring(batch)
        if self._is_hurried or (ended and not failures):
            return 0
        if is_due:
            self._misses = 1 if ended else self._misses + 1
            self._again_at = now() + self._patience.pause_s(self._misses, failures[-1])
        return max(0.0, self._again_at - now())

    async def _bring(
        self, batch: Sequence[PlannedEvent]
    ) -> tuple[list[ServiceError], int]:
        """Try *batch* until the address has missed a few in a row; the failures that pass, and how many events ended."""
        failures: list[ServiceError] = []
        ended = in_a_row = 0
        left = iter(batch)

        async def bring_one_after_another() -> None:
            nonlocal ended, in_a_row
            for event in left:
                error = await self._try(event)
                if error is None:
                    ended, in_a_row = ended + 1, 0
                    continue
                failures.append(error)
                in_a_row += 1
                if in_a_row >= SIDE_BY_SIDE:
                    return

        async with asyncio.TaskGroup() as group:
            for _ in range(SIDE_BY_SIDE):
                group.create_task(bring_one_after_another())
        return failures, ended

    async def _try(self, event: PlannedEvent) -> ServiceError | None:
        """Post an event and note what came of it; what was not taken, and may be, is an error."""
        try:
            await self._client.post(event)
        except ServiceError as error:
            await self._not_taken(event, error)
            return error if error.retryable else None
        async with self._engine.begin() as db:
            await event_rows.end(db, event)
        return None

    async def _not_taken(self, event: PlannedEvent, error: ServiceError) -> None:
        async with self._engine.begin() as db:
            attempt = await event_rows.not_taken(db, event, error)
        if attempt == 1 or not error.retryable:
            logger.warning(
                "event not taken: %s",
                error.detail,
                extra={"event_id": event.event_id, "dropped": not error.retryable},
            )
