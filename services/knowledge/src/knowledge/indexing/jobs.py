"""The jobs of indexing: queued in the catalogue, done in their order in two lanes, resumed after a restart."""

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, insert, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.errors import NotFound
from contracts.knowledge import IndexJob, JobStatus
from contracts.paging import Page
from knowledge.documents.leaving import UNFINISHED, leave, replace_jobs
from knowledge.documents.tables import documents, jobs, leaving
from knowledge.documents.uploads import BRIEF_BYTES, Upload
from knowledge.indexing.job_rows import job_of, needs_person, told


class JobQueue:
    """The table of jobs."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._adding = asyncio.Lock()
        """Two contents of one document that come at once would not see each other in a Postgres."""

    async def add(self, upload: Upload) -> tuple[IndexJob, list[str]]:
        """
        Queue *upload*, unless the same content is indexed or on its way.

        Older jobs of the document end: the last content sent is the one that counts.

        Returns:
            Its job, and the files in the spool that nobody reads: of older jobs, or its own where it was not queued.
        """
        now = datetime.now(UTC)
        async with self._adding, self._engine.begin() as connection:
            known = await self._same(connection, upload)
            if known is not None:
                return job_of(known), [upload.file]
            job_id = uuid.uuid4().hex
            unread = await replace_jobs(connection, upload.document_id, job_id)
            made = await connection.execute(
                insert(jobs)
                .values(
                    job_id=job_id,
                    document_id=upload.document_id,
                    fingerprint=upload.read_as,
                    status=JobStatus.QUEUED,
                    upload=upload.model_dump(mode="json"),
                    pages_done=0,
                    created_at=now,
                    updated_at=now,
                )
                .returning(jobs)
            )
            return job_of(made.one()), unread

    async def as_on_its_way(self, upload: Upload) -> Upload:
        """*upload* under the id of a job that has the same bytes and title, where one is not done yet."""
        query = select(jobs.c.document_id).where(
            jobs.c.status.in_(UNFINISHED),
            *(
                jobs.c.upload[name].as_string() == getattr(upload, name)
                for name in ("sha256", "source", "title")
            ),
        )
        async with self._engine.connect() as connection:
            known = (await connection.scalars(query)).first()
        return upload.model_copy(update={"document_id": known}) if known else upload

    async def _same(
        self, connection: AsyncConnection, upload: Upload
    ) -> Row[tuple[object, ...]] | None:
        """The last job of this document, where it has this very content and did not fail."""
        last = (
            await connection.execute(
                select(jobs)
                .where(jobs.c.document_id == upload.document_id)
                .order_by(jobs.c.number.desc())
                .limit(1)
            )
        ).one_or_none()
        if last is None or last.fingerprint != upload.read_as:
            return None
        return None if last.status == JobStatus.FAILED else last

    async def next(self, *, brief: bool) -> tuple[str, Upload] | None:
        """The job to do now, marked as running: the oldest of brief uploads, or of the others."""
        async with self._engine.begin() as connection:
            row = (await connection.execute(_first(brief=brief))).one_or_none()
            if row is None:
                return None
            await _set(connection, row.job_id, status=JobStatus.RUNNING)
        return row.job_id, Upload.model_validate(row.upload)

    async def waits(self, *, brief: bool) -> bool:
        """Whether there is a job to do."""
        async with self._engine.connect() as connection:
            return (await connection.execute(_first(brief=brief))).first() is not None

    async def progress(self, job_id: str, pages_done: int, pages: int) -> None:
        """
        Note how far a job is.

        Raises:
            NotFound: Its document was deleted or sent again; nobody waits for the rest of the work.
        """
        async with self._engine.begin() as connection:
            if not await _set(connection, job_id, pages_done=pages_done, pages=pages):
                raise NotFound("It was deleted or sent again meanwhile.")

    async def finish(self, job_id: str) -> None:
        """End a job whose version searches see."""
        async with self._engine.begin() as connection:
            await _set(
                connection, job_id, status=JobStatus.DONE, pages_done=jobs.c.pages
            )

    async def fail(self, job_id: str, why: str) -> None:
        """End a job; what it indexed already is on its way out."""
        async with self._engine.begin() as connection:
            await _set(connection, job_id, status=JobStatus.FAILED, last_error=why)
            await leave(connection, [job_id])

    async def job(self, job_id: str) -> IndexJob:
        """
        Raises:
            NotFound: There is none of that id.
        """
        return await self._last(
            jobs.c.job_id == job_id,
            f"There is no job {job_id!r}; those of a deleted document go with it.",
        )

    async def last_of(self, document_id: str) -> IndexJob:
        """
        The job of the last content of a document.

        Raises:
            NotFound: It was deleted.
        """
        return await self._last(
            jobs.c.document_id == document_id,
            f"There is no document {document_id!r}; it was deleted.",
        )

    async def _last(self, which: ColumnElement[bool], missing: str) -> IndexJob:
        query = told().where(which).order_by(jobs.c.number.desc()).limit(1)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound(missing)
        return job_of(row)

    async def page(
        self, *, limit: int, before: int | None, attention: bool
    ) -> Page[IndexJob]:
        """The newest jobs whose number is below *before*: all, or what needs *attention*."""
        query = told().order_by(jobs.c.number.desc()).limit(limit + 1)
        if attention:
            query = query.where(needs_person())
        if before is not None:
            query = query.where(jobs.c.number < before)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        more = str(rows[limit - 1].number) if len(rows) > limit else None
        return Page(items=tuple(map(job_of, rows[:limit])), next=more)

    async def unfinished(self) -> dict[str, Upload]:
        """What is queued or running, by job."""
        query = select(jobs).where(jobs.c.status.in_(UNFINISHED))
        async with self._engine.connect() as connection:
            return {
                row.job_id: Upload.model_validate(row.upload)
                for row in await connection.execute(query)
            }

    async def unseen(self) -> list[str]:
        """The versions that no search may see, of one moment: those being written, and those on their way out."""
        written = select(jobs.c.job_id).where(
            jobs.c.status == JobStatus.RUNNING,
            jobs.c.job_id.not_in(select(documents.c.version)),
        )
        async with self._engine.connect() as connection:
            return list(
                await connection.scalars(union(written, select(leaving.c.version)))
            )

    async def queued(self) -> bool:
        """Whether there is a job that nobody has begun."""
        query = select(jobs.c.job_id).where(jobs.c.status == JobStatus.QUEUED).limit(1)
        async with self._engine.connect() as connection:
            return await connection.scalar(query) is not None


async def _set(connection: AsyncConnection, job_id: str, **values: object) -> bool:
    """Change a job that has not ended; says whether there is one."""
    changed = update(jobs).where(jobs.c.job_id == job_id, jobs.c.status.in_(UNFINISHED))
    done = await connection.execute(
        changed.values(updated_at=datetime.now(UTC), **values)
    )
    return done.rowcount > 0


def _first(*, brief: bool) -> Select[Any]:
    """The oldest job that may be done: contents of one document are indexed in the order in which they came."""
    earlier = jobs.alias()
    size_bytes = jobs.c.upload["size_bytes"].as_integer()
    return (
        select(jobs)
        .where(
            jobs.c.status.in_(UNFINISHED),
            size_bytes <= BRIEF_BYTES if brief else size_bytes > BRIEF_BYTES,
            ~select(earlier.c.number)
            .where(
                earlier.c.document_id == jobs.c.document_id,
                earlier.c.number < jobs.c.number,
                earlier.c.status.in_(UNFINISHED),
            )
            .exists(),
        )
        .order_by(jobs.c.number)
        .limit(1)
    )
