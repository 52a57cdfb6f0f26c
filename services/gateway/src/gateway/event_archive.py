"""Events as the admin sees them."""

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import cursors
from contracts.errors import Conflict
from contracts.events import EventType, KeptEvent, TellingStatus
from contracts.paging import Page
from gateway import event_rows, kept_events
from gateway.webhooks import Webhooks


class EventArchive:
    """Lists events, and has them told again or lets them rest."""

    def __init__(self, engine: AsyncEngine, webhooks: Webhooks) -> None:
        self._engine = engine
        self._webhooks = webhooks

    async def page(
        self,
        *,
        limit: int,
        status: TellingStatus | None,
        type_: EventType | None,
        cursor: str | None,
    ) -> Page[KeptEvent]:
        """
        List what is kept, newest first.

        Raises:
            Rejected: *cursor* is not one of ours.
        """
        before = cursors.place(cursor) if cursor else None
        async with self._engine.connect() as db:
            found = await kept_events.page(
                db, limit=limit + 1, status=status, type_=type_, before=before
            )
        items = tuple(event for _, event in found[:limit])
        places = [(at, event.event_id) for at, event in found]
        return Page(items=items, next=cursors.following(places, limit))

    async def retry(self, event_id: str) -> KeptEvent:
        """
        Tell an event again, to every address.

        Raises:
            NotFound: There is none.
        """
        await self._event(event_id)
        await self._webhooks.tell_again(event_id)
        return await self._event(event_id)

    async def retry_all(self) -> None:
        """Tell now what waits, and again what was dropped and nobody dismissed."""
        await self._webhooks.tell_all_again()

    async def dismiss(self, event_id: str, reason: str) -> KeptEvent:
        """
        Have nobody mind an event that was dropped; harmless twice.

        Raises:
            NotFound: There is none.
            Conflict: It was not dropped.
        """
        async with self._engine.begin() as db:
            dismissed = await event_rows.dismiss(db, event_id, reason)
        event = await self._event(event_id)
        if not dismissed:
            raise Conflict(
                f"Every address has taken event {event_id}, or it is still brought; only a dropped one is dismissed."
            )
        return event

    async def _event(self, event_id: str) -> KeptEvent:
        async with self._engine.connect() as db:
            return await kept_events.event(db, event_id)
