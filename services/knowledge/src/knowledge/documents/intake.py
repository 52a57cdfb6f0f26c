"""Documents come in and go: what the routes ask for, done on catalogue, jobs and indexer."""

import asyncio

from fastapi import Request

from chassis.stopping import Stopping
from contracts.errors import NotFound, Rejected
from contracts.knowledge import Document, IndexJob, JobStatus
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.keys import UsedKeys
from knowledge.documents.receiving import Receiver
from knowledge.documents.uploads import Spool, Upload
from knowledge.indexing.attention import FailedJobs
from knowledge.indexing.indexer import Indexer
from knowledge.indexing.jobs import JobQueue
from knowledge.search.view import View

_LOOK_PAUSE_S = 0.05
_TOLD = "Its sender was told."


class Intake:
    """Takes documents in and removes them."""

    def __init__(
        self,
        *,
        receiver: Receiver,
        spool: Spool,
        catalogue: Catalogue,
        keys: UsedKeys,
        jobs: JobQueue,
        failed: FailedJobs,
        indexer: Indexer,
        view: View,
    ) -> None:
        self._receiver = receiver
        self._spool = spool
        self.catalogue = catalogue
        self._keys = keys
        self._jobs = jobs
        self._failed = failed
        self._indexer = indexer
        self._view = view

    async def take(
        self,
        request: Request,
        document_id: str = "",
        *,
        key: str = "",
        wait_s: float = 0,
    ) -> IndexJob | Document:
        """
        Queue the document in *request*; what is indexed already is answered as it is.

        Raises:
            Rejected: It cannot be indexed; after *wait_s* also where reading it failed. Or *key* was used for another.
        """
        upload = await self._receiver.receive(request, document_id)
        try:
            noted = await self._noted(upload, key, has_id=bool(document_id))
        except Exception:  # else each try on a full disk would leave its file there
            self._spool.drop(upload.file)
            raise
        if isinstance(noted, Document):
            return noted
        return await self._ended(noted, wait_s, request)

    async def _noted(
        self, upload: Upload, key: str, *, has_id: bool
    ) -> IndexJob | Document:
        """The job of *upload*, or the document that says all of it already."""
        if key:
            await self._keys.use(key, upload)
        if not has_id:
            same = await self.catalogue.with_content(upload.sha256, upload.source)
            if same is not None and same.title == (upload.title or same.title):
                if _says_nothing_new(upload, same):
                    self._spool.drop(upload.file)
                    return same
                upload = _about(same, upload)
            elif same is None:
                upload = await self._jobs.as_on_its_way(upload)
        job, unread = await self._jobs.add(upload)
        self._spool.drop(*unread)
        if upload.file not in unread:
            self._indexer.wake(brief=upload.brief)
        return job

    async def remove(self, document_id: str) -> None:
        """
        Take a document out of all searches at once, and out of the index soon after.

        Raises:
            NotFound: There is none of that id.
        """
        await self._left(await self.catalogue.remove(document_id))

    async def remove_source(self, source: str) -> int:
        """
        Take all documents of one source out; says how many.

        Raises:
            NotFound: There are none, but some of a source that is written otherwise: nothing is deleted by a guess.
        """
        removed, unread = await self.catalogue.remove_source(source)
        if not removed and (near := await self.catalogue.sources_like(source)):
            named = " or ".join(map(repr, near))
            raise NotFound(f"There is no source {source!r}; write {named}.")
        await self._left(unread)
        return removed

    async def _left(self, unread: list[str]) -> None:
        self._spool.drop(*unread)
        await self._view.refresh()
        self._indexer.wake()

    async def _ended(
        self, job: IndexJob, wait_s: float, request: Request
    ) -> IndexJob | Document:
        until = asyncio.get_running_loop().time() + wait_s
        stopping: Stopping = request.app.state.stopping
        while job.status is not JobStatus.DONE:
            if job.status is JobStatus.FAILED:
                last = await self._jobs.last_of(job.document_id)
                if last.job_id != job.job_id:  # a later content took its place
                    return last
                if not await request.is_disconnected():
                    await self._failed.dismiss(job.job_id, _TOLD)
                raise Rejected(
                    job.last_error or "It could not be indexed.", code="not_indexed"
                )
            if asyncio.get_running_loop().time() >= until:
                return job
            if await stopping.rest(_LOOK_PAUSE_S):
                return job
            job = await self._jobs.job(job.job_id)
        return await self.catalogue.document(job.document_id)


def _says_nothing_new(upload: Upload, same: Document) -> bool:
    return (
        not same.outdated
        and upload.tags in {(), same.tags}
        and upload.outcome in {"", same.outcome}
        and upload.said_format in {None, same.media_type}
    )


def _about(same: Document, upload: Upload) -> Upload:
    """A new version of the document that has these bytes already: with other tags, an outcome, or read in another way."""
    return upload.model_copy(
        update={
            "document_id": same.document_id,
            "title": same.title,
            "tags": upload.tags or same.tags,
            "outcome": upload.outcome or same.outcome,
        }
    )
