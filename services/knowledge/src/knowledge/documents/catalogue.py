"""Which documents there are, and which version of each the searches see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.errors import NotFound
from contracts.knowledge import Document, JobStatus
from contracts.paging import Page
from knowledge.documents.contents import Content
from knowledge.documents.leaving import leave, remove_documents, remove_jobs, unread
from knowledge.documents.rows import document_of, upload_of
from knowledge.documents.tables import contents, documents, jobs, leaving, words
from knowledge.documents.uploads import Upload
from knowledge.words.folding import folded

WORDS_AT_ONCE = 1_000
"""So many take some 10 ms of the service's time; a list of codes brings 300,000."""


@dataclass(frozen=True, slots=True)
class Live:
    """A document as searches see it: enough to make its passages again."""

    version: str
    upload: Upload
    passages: int


class Catalogue:
    """The table of documents."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def publish(
        self,
        version: str,
        upload: Upload,
        content: Content,
        *,
        passages: int,
        counts: Mapping[str, int],
    ) -> bool:
        """
        Make *version* what searches see of its document, and its forerunner leave: one transaction.

        Returns:
            False when the document was deleted or sent again meanwhile; then *version* leaves.
        """
        now = datetime.now(UTC)
        async with self._engine.begin() as connection:
            # By the rules of when it was sent: those before may have read it already.
            read_as = await connection.scalar(
                select(jobs.c.fingerprint)
                .where(jobs.c.job_id == version, jobs.c.status == JobStatus.RUNNING)
                .with_for_update()
            )
            if read_as is None:
                await leave(connection, [version])
                return False
            await remove_documents(
                connection, documents.c.document_id == upload.document_id
            )
            await connection.execute(
                insert(documents).values(
                    version=version,
                    fingerprint=read_as,
                    passages=passages,
                    pages=content.pages,
                    notes=list(content.notes),
                    indexed_at=now,
                    **upload.model_dump(
                        mode="json",
                        include={
                            "document_id",
                            "source",
                            "tags",
                            "outcome",
                            "sha256",
                            "size_bytes",
                        },
                    ),
                    title=upload.title or content.title or upload.name,
                    media_type=content.media_type,
                )
            )
            await _count_words(connection, version, counts)
        return True

    async def remove(self, document_id: str) -> list[str]:
        """
        Remove one document and its jobs.

        Returns:
            The files in the spool that nobody reads any more.

        Raises:
            NotFound: There is none of that id, nor a job that would make it.
        """
        async with self._engine.begin() as connection:
            # Jobs first, as `publish` does: what is published meanwhile goes too.
            gone = await remove_jobs(connection, jobs.c.document_id == document_id)
            removed = await remove_documents(
                connection, documents.c.document_id == document_id
            )
        if not removed and not gone:
            raise NotFound(f"There is no document {document_id!r}.")
        return unread(gone)

    async def remove_source(self, source: str) -> tuple[int, list[str]]:
        """Remove all documents of one source; says how many, and which files in the spool nobody reads any more."""
        async with self._engine.begin() as connection:
            # By their own source: what the same document gets from elsewhere goes on.
            sent = jobs.c.upload["source"].as_string()
            gone = await remove_jobs(connection, sent == source)
            ids = await connection.scalars(
                select(documents.c.document_id).where(documents.c.source == source)
            )
            named = set(ids)
            await remove_documents(connection, documents.c.source == source)
        named |= {
            row.upload["document_id"] for row in gone if row.status != JobStatus.DONE
        }
        return len(named), unread(gone)

    async def document(self, document_id: str) -> Document:
        """
        Raises:
            NotFound: There is none of that id.
        """
        found = await self._documents(documents.c.document_id == document_id)
        if not found:
            raise NotFound(f"There is no document {document_id!r}.")
        return found[0]

    async def with_content(self, sha256: str, source: str) -> Document | None:
        """A document of these very bytes in this source, where there is one."""
        found = await self._documents(
            documents.c.sha256 == sha256, documents.c.source == source
        )
        return found[0] if found else None

    async def page(
        self, *, limit: int, after: str, source: str, tag: str
    ) -> Page[Document]:
        """Documents by their id, from the one after *after*; case and accents of *source* and *tag* do not count."""
        narrowed = [documents.c.document_id > after]
        if source:
            narrowed.append(documents.c.source.in_(await self.sources_like(source)))
        found = await self._documents(*narrowed, limit=None if tag else limit + 1)
        wanted = folded(tag)
        tagged = [d for d in found if not tag or wanted in map(folded, d.tags)]
        more = tagged[limit - 1].document_id if len(tagged) > limit else None
        return Page(items=tuple(tagged[:limit]), next=more)

    async def sources_like(self, source: str) -> list[str]:
        """The sources of this name, whatever their case and accents."""
        query = select(documents.c.source).distinct().order_by(documents.c.source)
        wanted = folded(source)
        async with self._engine.connect() as connection:
            there = await connection.scalars(query)
            return [one for one in there if folded(one) == wanted]

    async def _documents(
        self, *narrowed: ColumnElement[bool], limit: int | None = None
    ) -> list[Document]:
        query = select(documents).where(*narrowed).order_by(documents.c.document_id)
        async with self._engine.connect() as connection:
            return [
                document_of(row) for row in await connection.execute(query.limit(limit))
            ]

    async def is_live(self, version: str) -> bool:
        """Whether *version* is what searches see of its document."""
        query = select(documents.c.version).where(documents.c.version == version)
        async with self._engine.connect() as connection:
            return await connection.scalar(query) is not None

    async def live(self) -> list[Live]:
        """All that searches see."""
        async with self._engine.connect() as connection:
            return [
                Live(row.version, upload_of(row), row.passages)
                for row in await connection.execute(select(documents))
            ]

    async def shelves(self) -> list[tuple[str, list[str]]]:
        """Source and tags of each document."""
        query = select(documents.c.source, documents.c.tags)
        async with self._engine.connect() as connection:
            return [(s, tags) for s, tags in await connection.execute(query)]

    async def leaving(self) -> list[str]:
        async with self._engine.connect() as connection:
            return list(await connection.scalars(select(leaving.c.version)))

    async def left(self, versions: Iterable[str]) -> None:
        """Forget versions that no index holds any more, and what was still read of them after they left."""
        gone = list(versions)
        async with self._engine.begin() as connection:
            for table in (contents, leaving):
                await connection.execute(delete(table).where(table.c.version.in_(gone)))

    async def word_counts(self) -> tuple[int, dict[str, int]]:
        """The number of passages, and in how many each word and label stands."""
        total = select(func.coalesce(func.sum(documents.c.passages), 0))
        each = select(words.c.word, func.sum(words.c.passages)).group_by(words.c.word)
        async with self._engine.connect() as connection:
            passages = await connection.scalar(total)
            counts = {word: int(n) for word, n in await connection.execute(each)}
        return int(passages or 0), counts

    async def recount(
        self, version: str, passages: int, counts: Mapping[str, int]
    ) -> None:
        """Note the passages that a version has with another model."""
        async with self._engine.begin() as connection:
            still = await connection.execute(
                update(documents)
                .where(documents.c.version == version)
                .values(passages=passages)
            )
            if still.rowcount:
                await _count_words(connection, version, counts)


async def _count_words(
    connection: AsyncConnection, version: str, counts: Mapping[str, int]
) -> None:
    await connection.execute(delete(words).where(words.c.version == version))
    left = iter(counts.items())
    while some := list(islice(left, WORDS_AT_ONCE)):  # others come between
        rows = [{"version": version, "word": word, "passages": n} for word, n in some]
        await connection.execute(insert(words), rows)
