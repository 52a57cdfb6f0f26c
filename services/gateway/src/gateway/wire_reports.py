"""Reports as they cross the wire."""

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.errors import NotFound
from contracts.reports import Report
from gateway import dismissals, received, reports, steps


async def wire_report(db: AsyncConnection, report_id: str) -> Report:
    """
    Read one report with its steps.

    Raises:
        NotFound: There is none.
    """
    record = await reports.record(db, report_id)
    if record is None:
        raise NotFound(
            f"There is no report {report_id}; GET /gateway/reports lists them."
        )
    rows = await received.of_report(db, report_id)
    return Report(
        report_id=report_id,
        action=record.action,
        status=record.status,
        chantier=record.client,
        folder=record.folder,
        technician=record.technician,
        description=received.description(rows),
        photos=len(received.kinds(rows)),
        steps=await steps.of_report(db, report_id),
        opened_at=record.opened_at,
        filed_at=record.filed_at,
        dismissed=await dismissals.of_report(db, report_id),
    )
