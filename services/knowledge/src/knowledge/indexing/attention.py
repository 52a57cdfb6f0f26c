"""Which documents that could not be indexed need a person, and letting them rest: docs/decisions/0014-ready-is-able-to-work.md"""

import asyncio
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.patience import Patience
from contracts.errors import Conflict
from contracts.knowledge import IndexJob, JobStatus
from knowledge.documents.tables import dismissals, jobs
from knowledge.indexing.job_rows import needs_person
from knowledge.indexing.jobs import JobQueue

INTERVAL_S = 15.0


class FailedJobs:
    """Jobs that failed, that nobody dismissed, and whose document was not sent again since."""

    def __init__(self, engine: AsyncEngine, queue: JobQueue) -> None:
        self._engine = engine
        self._queue = queue

    async def dismiss(self, job_id: str, reason: str) -> IndexJob:
        """
        Let a failed job rest; harmless twice, the last reason counts.

        Raises:
            NotFound: There is none of that id.
            Conflict: It has not failed.
        """
        job = await self._queue.job(job_id)
        if job.status is not JobStatus.FAILED:
            raise Conflict(
                f"Job {job_id} is {job.status}; only a failed one is dismissed."
            )
        if job.dismissed is None or job.dismissed.reason != reason:
            row = {
                "job_id": job_id,
                "reason": reason,
                "dismissed_at": datetime.now(UTC),
            }
            async with self._engine.begin() as connection:
                await connection.execute(
                    delete(dismissals).where(dismissals.c.job_id == job_id)
                )
                await connection.execute(insert(dismissals).values(row))
        return await self._queue.job(job_id)

    async def count(self) -> int:
        query = select(func.count(jobs.c.job_id)).where(needs_person())
        async with self._engine.connect() as connection:
            return await connection.scalar(query) or 0

    async def keep_figure(self, registry: CollectorRegistry) -> None:
        """Count them for ``/metrics`` every few seconds, until cancelled."""
        figure = Gauge(
            "knowledge_jobs_need_attention",
            "Documents that could not be indexed; dismissed ones are left out.",
            registry=registry,
        )

        async def look() -> None:
            figure.set(await self.count())

        while True:
            await Patience().until_sure(look)
            await asyncio.sleep(INTERVAL_S)
