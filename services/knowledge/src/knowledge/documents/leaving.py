"""Taking documents out of what searches see; the index drops their passages later."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.knowledge import JobStatus
from knowledge.documents.tables import contents, documents, jobs, leaving, words


async def remove_documents(
    connection: AsyncConnection, which: ColumnElement[bool]
) -> int:
    """Remove documents; says how many."""
    versions = list(await connection.scalars(select(documents.c.version).where(which)))
    await connection.execute(delete(documents).where(which))
    await leave(connection, versions)
    return len(versions)


async def remove_jobs(
    connection: AsyncConnection, which: ColumnElement[bool]
) -> list[Row[Any]]:
    """Remove jobs; what a running one indexed leaves too. Returns status and upload of each."""
    running = await connection.scalars(
        select(jobs.c.job_id).where(which, jobs.c.status == JobStatus.RUNNING)
    )
    await leave(connection, list(running))
    gone = delete(jobs).where(which).returning(jobs.c.status, jobs.c.upload)
    return list(await connection.execute(gone))


def unread(removed: Iterable[Row[Any]]) -> list[str]:
    """The files in the spool of removed jobs that nobody will read; a running job drops its own."""
    return [row.upload["file"] for row in removed if row.status == JobStatus.QUEUED]


async def leave(connection: AsyncConnection, versions: Sequence[str]) -> None:
    """Forget all about *versions* but that the index may still hold them."""
    for version in versions:
        await connection.execute(delete(contents).where(contents.c.version == version))
        await connection.execute(delete(words).where(words.c.version == version))
        await connection.execute(delete(leaving).where(leaving.c.version == version))
        await connection.execute(insert(leaving).values(version=version))
