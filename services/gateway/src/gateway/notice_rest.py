"""Lets the failed notice of a dismissed report rest too, else the notifier would go on to complain."""

import asyncio
from contextlib import suppress
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.dismissals import Dismissal
from contracts.errors import ServiceError
from contracts.notifier_client import NotifierClient
from gateway import dismissals
from gateway.durable import JSON, DurableWork
from gateway.mending import mendable

WAIT_S = 2.0
"""A notifier that is there answers sooner: whoever dismissed a report then finds nothing counted any more."""


class NoticeRest:
    """Durable work, for as long as the notifier is away."""

    def __init__(
        self, engine: AsyncEngine, work: DurableWork, notifier: NotifierClient
    ) -> None:
        self._engine = engine
        self._work = work
        self._notifier = notifier
        work.add("notice-rest", self._bring)

    async def begin(self, report_id: str, dismissed: Dismissal) -> None:
        """Have the report's notice dismissed, and wait a moment for it; harmless twice."""
        id_ = f"{report_id}-rest-{dismissed.dismissed_at.timestamp()}"
        await self._work.start("notice-rest", id_, report_id)
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_S):
                await self._work.result(id_)

    async def _bring(self, report_id: JSON) -> JSON:
        assert isinstance(report_id, str)
        with suppress(ServiceError):  # no notice was sent, or it did not fail
            await self._work.step("dismiss", partial(self._dismiss, report_id))
        return None

    async def _dismiss(self, report_id: str) -> None:
        async with self._engine.connect() as db:
            dismissed = await dismissals.of_report(db, report_id)
        if dismissed is None:  # tried anew meanwhile
            return
        with mendable():
            await self._notifier.dismiss(report_id, dismissed.reason)
