"""The figures of ``/metrics`` about reports."""

from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.reports import ReportStatus
from gateway import attention
from gateway.database import messages, reports
from gateway.untold import untold

REFRESH_S = 15.0


class ReportFigures:
    """Counts from the database."""

    def __init__(
        self, engine: AsyncEngine, registry: CollectorRegistry, *, stuck_after_s: float
    ) -> None:
        self._engine = engine
        self._stuck_after_s = stuck_after_s

        def gauge(name: str, about: str, *labels: str) -> Gauge:
            return Gauge(name, about, labels, registry=registry)

        self._reports = gauge("gateway_reports", "Reports by status.", "status")
        self._attention = gauge(
            "gateway_reports_need_attention",
            "Reports that a person has to look at, failed or late; dismissed ones are left out.",
            "why",
        )
        self._photos = gauge("gateway_photos", "Files kept and files filed.", "state")
        self._oldest = gauge(
            "gateway_oldest_pending_seconds",
            "Age of the oldest report that is closed and not filed.",
        )
        self._events = gauge(
            "gateway_events_need_attention",
            "Events that a webhook has not taken: late, or dropped and not dismissed.",
            "why",
        )

    async def refresh(self) -> None:
        """Count anew."""
        async with self._engine.connect() as db:
            query = select(reports.c.status, func.count()).group_by(reports.c.status)
            by_status = {row[0]: row[1] for row in await db.execute(query)}
            files = messages.c.kind != "text"
            kept = await db.scalar(
                select(func.count(messages.c.message_id)).where(files)
            )
            filed = await db.scalar(select(func.count(messages.c.path)).where(files))
            oldest = await db.scalar(
                select(func.min(reports.c.closed_at)).where(
                    reports.c.status == ReportStatus.FILING
                )
            )
            needed = await attention.needed(db, self._stuck_after_s)
            missed = await untold(db, self._stuck_after_s)
        self._attention.labels("failed").set(len(needed.failed))
        self._attention.labels("late").set(len(needed.late))
        self._events.labels("late").set(missed.late)
        self._events.labels("dropped").set(missed.dropped)
        for status in ReportStatus:
            self._reports.labels(status).set(by_status.get(status, 0))
        self._photos.labels("kept").set(kept or 0)
        self._photos.labels("filed").set(filed or 0)
        now = datetime.now(UTC)
        self._oldest.set((now - oldest).total_seconds() if oldest else 0)
