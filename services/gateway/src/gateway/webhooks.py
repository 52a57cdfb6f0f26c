"""Events for n8n: written down with what they tell of, and brought to each address by a courier of its own."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.patience import Patience
from contracts.events import Event
from gateway import event_rows
from gateway.event_courier import EventCourier
from gateway.event_rows import PlannedEvent
from gateway.webhook_client import WebhookClient


class Webhooks:
    """
    Brings each event to each URL; an answer of 2xx ends it, most 4xx too.

    Args:
        engine: Where events are kept until they are delivered.
        client: Posts them.
        urls: Each gets every event; one that is away does not hold up the others.
        patience: Between tries.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        client: WebhookClient,
        urls: Sequence[str],
        *,
        patience: Patience,
    ) -> None:
        self._engine = engine
        self._urls = tuple(dict.fromkeys(urls))
        self._couriers = tuple(
            EventCourier(engine, client, url, patience) for url in self._urls
        )

    @property
    def has_listeners(self) -> bool:
        """Whether anybody is."""
        return bool(self._urls)

    async def open(self) -> None:
        """Bring what an earlier run left; what an address was to get that is no longer set goes to those that are."""
        if self._urls:
            async with self._engine.begin() as db:
                await event_rows.readdress(db, self._urls)
        for courier in self._couriers:
            courier.open()

    async def plan(self, db: AsyncConnection, event_id: str, event: Event) -> None:
        """Write an event down, once an id; `wake` brings it once that is committed."""
        body, at = event.model_dump_json(), event.timestamp
        for url in self._urls:
            await event_rows.plan(db, PlannedEvent(event_id, url, body, at))

    def wake(self) -> None:
        """Bring what was written down."""
        for courier in self._couriers:
            courier.wake()

    async def tell_again(self, event_id: str) -> None:
        """Bring one event once more, to every address."""
        async with self._engine.begin() as db:
            await event_rows.plan_again(db, event_id)
        self.wake()

    async def tell_all_again(self) -> None:
        """Bring at once what waits, and what was dropped and nobody dismissed."""
        async with self._engine.begin() as db:
            await event_rows.plan_again(db)
        for courier in self._couriers:
            courier.hurry()

    async def close(self) -> None:
        for courier in self._couriers:
            await courier.close()
