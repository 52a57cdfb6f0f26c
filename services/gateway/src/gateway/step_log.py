"""Writes down how one step of one revision goes, and shows it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import case
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import ServiceError
from contracts.reports import StepState
from gateway import reports, steps
from gateway.database import steps as table
from gateway.progress import ProgressMessages
from gateway.reports import ReportRecord
from gateway.steps import StepName


@dataclass(frozen=True)
class StepLog:
    engine: AsyncEngine
    progress: ProgressMessages
    report_id: str
    revision: int
    name: StepName

    async def begun(self) -> ReportRecord | None:
        """Note one more try; ``None`` where a newer revision does the work."""
        async with self.engine.begin() as db:
            record = await reports.record(db, self.report_id)
            if record is None or record.revision != self.revision:
                return None
            waits = table.c.state == StepState.WAITING
            await steps.change(
                db,
                self.report_id,
                self.revision,
                self.name,
                attempts=table.c.attempts + 1,
                # Until something moves, the technician goes on reading that his report waits.
                state=case((waits, StepState.WAITING), else_=StepState.RUNNING),
                updated_at=datetime.now(UTC),
            )
        self.progress.touch(self.report_id)
        return record

    async def current(self) -> ReportRecord | None:
        """The report; ``None`` where a newer revision does the work."""
        async with self.engine.connect() as db:
            record = await reports.record(db, self.report_id)
        return record if record and record.revision == self.revision else None

    async def moving(self) -> None:
        """Note that the outside answers."""
        await self._note(state=StepState.RUNNING)

    async def done(self) -> None:
        await self._note(state=StepState.DONE)

    async def left_out(self) -> None:
        """Strike the step out: there is nobody to do it."""
        async with self.engine.begin() as db:
            await steps.leave_out(db, self.report_id, self.name)
        self.progress.touch(self.report_id)

    async def failed(self, _attempt: int, error: ServiceError) -> None:
        """Note a failed try; another follows by itself where the error is retryable."""
        state = StepState.WAITING if error.retryable else StepState.FAILED
        await self._note(state=state, last_error=f"{error.code}: {error.detail}")

    async def _note(self, *, state: StepState, **values: str) -> None:
        async with self.engine.begin() as db:
            await steps.change(
                db,
                self.report_id,
                self.revision,
                self.name,
                state=state,
                updated_at=datetime.now(UTC),
                **values,
            )
        self.progress.touch(self.report_id)
