"""
Which reports need a person: those that failed, and those that wait for long.

Why they do not make the gateway unready: docs/decisions/0014-ready-is-able-to-work.md
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.reports import ReportStatus
from gateway.database import dismissals, reports


class Attention(NamedTuple):
    """Ids, the oldest first."""

    failed: tuple[str, ...]
    late: tuple[str, ...]

    def __str__(self) -> str:
        """Say it to the admin."""
        said = []
        if self.failed:
            said.append(
                f"{len(self.failed)} failed, the oldest is {self.failed[0]}: GET /gateway/reports?status=failed says "
                "why, POST …/retry tries again, POST …/dismiss lets it rest"
            )
        if self.late:
            said.append(
                f"{len(self.late)} wait for long, the oldest is {self.late[0]}: GET /gateway/reports?status=filing "
                "says what for"
            )
        return "; ".join(said) or "no report needs a person"


async def needed(db: AsyncConnection, stuck_after_s: float) -> Attention:
    """Look for failed reports that nobody dismissed, and for those not filed *stuck_after_s* after they were closed."""
    limit = datetime.now(UTC) - timedelta(seconds=stuck_after_s)
    late = _with(ReportStatus.FILING).where(reports.c.closed_at < limit)
    return Attention(await failed(db), tuple(await db.scalars(late)))


async def failed(db: AsyncConnection) -> tuple[str, ...]:
    """Give those that failed and that nobody dismissed, the oldest first."""
    resting = select(dismissals.c.report_id)
    query = _with(ReportStatus.FAILED).where(reports.c.report_id.not_in(resting))
    return tuple(await db.scalars(query))


def _with(status: ReportStatus) -> Select[str]:
    query = select(reports.c.report_id).where(reports.c.status == status)
    return query.order_by(reports.c.opened_at)
