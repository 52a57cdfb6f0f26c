"""How the notices stand, for ``/readyz`` and ``/metrics``."""

import asyncio

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Gauge

from chassis.patience import Patience
from notifier.notice_table import NoticeTable

INTERVAL_S = 15.0


class NoticeFigures:
    """Keeps the gauges up to date."""

    def __init__(self, table: NoticeTable, registry: CollectorRegistry) -> None:
        self._table = table
        self._count = Gauge(
            "notices", "Notices that are not delivered.", ["status"], registry=registry
        )
        self._incomplete = Gauge(
            "notices_incomplete",
            "Delivered notices that lack a photo or file.",
            registry=registry,
        )
        self._oldest_s = Gauge(
            "notices_oldest_queued_seconds",
            "Age of the oldest notice that waits for its delivery.",
            registry=registry,
        )

    async def keep(self) -> None:
        """Look again every few seconds, until cancelled."""
        while True:
            await Patience().until_sure(self._look)
            await asyncio.sleep(INTERVAL_S)

    async def _look(self) -> None:
        backlog = await self._table.backlog()
        self._count.labels("queued").set(backlog.queued)
        self._count.labels("failed").set(backlog.failed)
        self._incomplete.set(backlog.incomplete)
        self._oldest_s.set(backlog.oldest_s)


async def check_notices(app: FastAPI) -> str:
    """Say how the notices stand; readiness is not about them: docs/decisions/0014-ready-is-able-to-work.md"""
    table: NoticeTable = app.state.table
    backlog = await table.backlog()
    said = f"{backlog.queued} queued, {backlog.failed} failed, {backlog.incomplete} incomplete"
    if backlog.oldest_s > app.state.settings.stuck_after_s:
        return f"{said}; the oldest waits for {backlog.oldest_s:.0f} s"
    return said
