"""Reports looked for by a name, however its capitals and accents are typed."""

from sqlalchemy import Column, ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.database import reports
from gateway.likeness import bare


async def named_like(db: AsyncConnection, typed: str) -> ColumnElement[bool]:
    """
    Narrow reports to those whose chantier or technician has *typed* in its name.

    The names are compared here: neither database folds accents, and there are far fewer names than reports.
    """
    wanted = bare(typed)
    columns = (reports.c.client, reports.c.technician)
    return or_(*[await _has(db, column, wanted) for column in columns])


async def _has(
    db: AsyncConnection, column: Column[str], wanted: str
) -> ColumnElement[bool]:
    names = await db.scalars(select(column).distinct())
    return column.in_([name for name in names if wanted in bare(name)])
