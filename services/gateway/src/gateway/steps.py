"""How far each step of a report's filing is, for those who look."""

from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.actions import Action
from contracts.reports import ReportStep, StepState
from gateway import database
from gateway.database import reports, steps


class StepName(StrEnum):
    """
    In the order in which they are done.

    ``notice`` is done when the notifier has taken the notice, ``delivery`` when the group can read it: a notifier that
    waits for Telegram does not keep the technician's receipt back. ``help`` and ``history`` are a fault's own: nothing
    waits for them.
    """

    PHOTOS = "photos"
    CARD = "card"
    NOTICE = "notice"
    RECEIPT = "receipt"
    DELIVERY = "delivery"
    HELP = "help"
    HISTORY = "history"


BESIDE = (StepName.HELP, StepName.HISTORY)
"""Not of the filing: what knowledge does for a fault."""


async def begin(db: AsyncConnection, report_id: str, action: Action) -> None:
    """Set all steps of a report to be done, again after something late."""
    for place, name in enumerate(StepName):
        if name in BESIDE and action is not Action.SAV:
            continue
        row = {
            "report_id": report_id,
            "name": name,
            "place": place,
            "state": StepState.PENDING,
            "attempts": 0,
            "last_error": None,
            "updated_at": None,
        }
        await database.put(db, steps, row)


async def of_report(db: AsyncConnection, report_id: str) -> tuple[ReportStep, ...]:
    query = select(steps).where(steps.c.report_id == report_id).order_by(steps.c.place)
    found = (await db.execute(query)).mappings()
    return tuple(ReportStep.model_validate(dict(row)) for row in found)


async def leave_out(db: AsyncConnection, report_id: str, name: StepName) -> None:
    """Strike a step out of a report."""
    await db.execute(
        delete(steps).where(steps.c.report_id == report_id, steps.c.name == name)
    )


async def change(
    db: AsyncConnection, report_id: str, revision: int, name: StepName, **values: object
) -> None:
    """Note a step's state; what an overtaken revision has to say is not heard."""
    current = select(reports.c.report_id).where(
        reports.c.report_id == report_id, reports.c.revision == revision
    )
    await db.execute(
        update(steps)
        .where(steps.c.report_id.in_(current), steps.c.name == name)
        .values(**values)
    )
