"""Taking documents out of what searches see; the index drops their passages later."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, delete, insert, select
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


async def remove_jobs(connection: AsyncConnection, document_ids: Iterable[str]) -> int:
    """Remove the jobs of some documents; what a running one indexed leaves too."""
    mine = jobs.c.document_id.in_(list(document_ids))
    running = await connection.scalars(
        select(jobs.c.job_id).where(mine, jobs.c.status == JobStatus.RUNNING)
    )
    await leave(connection, list(running))
    return (await connection.execute(delete(jobs).where(mine))).rowcount


async def leave(connection: AsyncConnection, versions: Sequence[str]) -> None:
    """Forget all about *versions* but that the index may still hold them."""
    for version in versions:
        await connection.execute(delete(contents).where(contents.c.version == version))
        await connection.execute(delete(words).where(words.c.version == version))
        await connection.execute(delete(leaving).where(leaving.c.version == version))
        await connection.execute(insert(leaving).values(version=version))
