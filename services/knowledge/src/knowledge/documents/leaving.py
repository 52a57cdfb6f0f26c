"""Taking documents out of what searches see; the index drops their passages later."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.knowledge import JobStatus
from knowledge.documents.tables import contents, documents, jobs, leaving, words

UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


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
    """The files in the spool of removed jobs that had not ended."""
    return [row.upload["file"] for row in removed if row.status in UNFINISHED]


async def replace_jobs(
    connection: AsyncConnection, document_id: str, newer: str
) -> list[str]:
    """
    End the jobs of a document in favour of a *newer* one, but for one that is published and only has to say so.

    Returns:
        Their files in the spool, that nobody reads any more.
    """
    # Locked, so that none is published between the two questions.
    unfinished = await connection.execute(
        select(jobs)
        .where(jobs.c.document_id == document_id, jobs.c.status.in_(UNFINISHED))
        .with_for_update()
    )
    live = await connection.scalar(
        select(documents.c.version).where(documents.c.document_id == document_id)
    )
    older = [row for row in unfinished.all() if row.job_id != live]
    why = f"A newer content of its document was sent: job {newer} took its place."
    await connection.execute(
        update(jobs)
        .where(jobs.c.job_id.in_([row.job_id for row in older]))
        .values(status=JobStatus.FAILED, last_error=why, updated_at=datetime.now(UTC))
    )
    await leave(
        connection, [row.job_id for row in older if row.status == JobStatus.RUNNING]
    )
    return [row.upload["file"] for row in older]


async def leave(connection: AsyncConnection, versions: Sequence[str]) -> None:
    """Forget all about *versions* but that the index may still hold them."""
    for version in versions:
        await connection.execute(delete(contents).where(contents.c.version == version))
        await connection.execute(delete(words).where(words.c.version == version))
        await connection.execute(delete(leaving).where(leaving.c.version == version))
        await connection.execute(insert(leaving).values(version=version))
