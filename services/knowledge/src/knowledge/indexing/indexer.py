"""Reads documents, makes their passages and writes them into the index, brief ones beside the others."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial

from chassis.patience import Patience
from contracts.errors import Rejected, ServiceError
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.contents import Content, Contents
from knowledge.documents.uploads import Spool, Upload
from knowledge.index.passages import Passage
from knowledge.index.shelf import Shelf
from knowledge.indexing.jobs import JobQueue
from knowledge.indexing.progress import Extent, Progress
from knowledge.indexing.reader import ReaderLimits, read_document
from knowledge.indexing.refilling import Refiller
from knowledge.indexing.upkeep import Upkeep
from knowledge.indexing.writing import split, write
from knowledge.reading.refusals import no_text
from knowledge.search.view import View

logger = logging.getLogger(__name__)

BRIEF_TIMEOUT_S = 60.0
"""For how long a brief upload may be read: so little that takes longer is hostile, and others wait for it."""


class Indexer:
    """
    Does one job after another in each of two lanes, until it is stopped.

    A brief upload (a past fault) is searchable in seconds while a manual is read for minutes: reading goes on side
    by side, and the embedding and writing of a manual lets the brief lane come between its batches. All else that
    changes the index takes the same turn. Whatever is killed, a job begins again at its last full step, and writes
    the same points. See docs/decisions/0306.
    """

    def __init__(
        self,
        *,
        jobs: JobQueue,
        catalogue: Catalogue,
        contents: Contents,
        spool: Spool,
        shelf: Shelf,
        view: View,
        limits: ReaderLimits,
    ) -> None:
        self._jobs = jobs
        self._catalogue = catalogue
        self._contents = contents
        self._spool = spool
        self._shelf = shelf
        self._view = view
        self._limits = limits
        self._turn = asyncio.Lock()
        self._busy: set[str] = set()
        self._patience = Patience(longest_s=30)
        self._wakes = {True: asyncio.Event(), False: asyncio.Event()}
        self._upkeep = Upkeep(shelf)
        self._states = {True: "idle", False: "idle"}
        self._refiller = Refiller(
            jobs=jobs, catalogue=catalogue, contents=contents, shelf=shelf, view=view
        )

    @property
    def state(self) -> str:
        """What the lanes are at, and why an index is not filled."""
        at_work = [state for state in self._states.values() if state != "idle"]
        at_work += filter(None, [self._refiller.relapses.says])
        return "; ".join(at_work) or "idle"

    def wake(self, *, brief: bool = False) -> None:
        """Say that there is work."""
        self._wakes[brief].set()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as lanes:
            for brief in self._wakes:
                lanes.create_task(self._lane(brief=brief))
            lanes.create_task(self._refiller.heal(self.wake))
            lanes.create_task(self._upkeep.run())

    async def _lane(self, *, brief: bool) -> None:
        while True:
            self._wakes[brief].clear()
            await self._patience.until_sure(
                partial(self._work_off, brief=brief),
                on_failure=partial(self._waits, brief),
            )
            self._states[brief] = "idle"
            await self._wakes[brief].wait()

    async def _waits(self, brief: bool, attempt: int, error: ServiceError) -> None:
        self._states[brief] = f"waits: {error.detail}"
        logger.warning(
            "indexing waits", extra={"attempt": attempt, "detail": error.detail}
        )

    async def _work_off(self, *, brief: bool) -> None:
        await self._sweep()
        while (job := await self._jobs.next(brief=brief)) is not None:
            with self._at_work_on(job[0]):
                await self._do(*job)
            self.wake(brief=not brief)  # a newer content of this document may wait
            await self._sweep()
        await self._view.catch_up()
        if not brief:
            await self._keep_house()

    async def _keep_house(self) -> None:
        """What no technician waits for."""
        state = partial(self._states.__setitem__, False)
        # First: what it counts is what mending looks for.
        await self._refiller.recount()
        await self._refiller.mend(self._turn, self._at_work_on, state)
        await self._refiller.refill(self._turn, self._at_work_on, state)
        await self._sweep()
        self._upkeep.wake()

    @contextmanager
    def _at_work_on(self, version: str) -> Iterator[None]:
        """Keep a version that leaves meanwhile hidden until nothing more of it is written."""
        self._busy.add(version)
        try:
            yield
        finally:
            self._busy.discard(version)

    async def _do(self, job_id: str, upload: Upload) -> None:
        self._states[upload.brief] = f"indexing {upload.document_id}"
        try:
            await self._index(job_id, upload)
        except ServiceError as error:
            if error.retryable:
                raise
            await self._fail(job_id, upload, error.detail)
        except Exception:
            logger.exception(
                "indexing failed", extra={"document_id": upload.document_id}
            )
            await self._fail(job_id, upload, "An error of ours; the log has it.")

    async def _fail(self, job_id: str, upload: Upload, why: str) -> None:
        logger.warning(
            "not indexed", extra={"document_id": upload.document_id, "detail": why}
        )
        await self._jobs.fail(job_id, why)
        self._spool.drop(upload.file)
        await self._view.refresh()

    async def _index(self, version: str, upload: Upload) -> None:
        if not await self._catalogue.is_live(version):
            await self._view.hide(version)
            content = await self._contents.read(version) or await self._read(
                version, upload
            )
            if upload.brief:
                async with self._turn:
                    await self._write(version, upload, content, nullcontext())
            else:
                await self._write(version, upload, content, self._turn)
        await self._view.refresh(words=not await self._jobs.queued())
        await self._jobs.finish(version)
        self._spool.drop(upload.file)

    async def _write(
        self,
        version: str,
        upload: Upload,
        content: Content,
        turn: AbstractAsyncContextManager[object],
    ) -> None:
        progress = Progress(self._jobs, version)
        extent = await asyncio.to_thread(Extent, content)
        await self._jobs.progress(version, extent.pages // 2, extent.pages)

        async def done(batch: Sequence[Passage]) -> None:
            await progress.indexed(extent.reached(batch), extent.pages)

        await self._shelf.wrote_without_model()
        embedder = self._shelf.embedder
        passages = split(version, upload, content, embedder)
        written = await write(self._shelf.serving, embedder, passages, done, turn)
        if not written.passages:
            raise Rejected(" ".join(content.notes) or no_text(content.media_type))
        published = await self._catalogue.publish(
            version,
            upload,
            content,
            passages=written.passages,
            counts=written.counts,
        )
        logger.info(
            "indexed" if published else "deleted or sent again meanwhile",
            extra={"document_id": upload.document_id, "passages": written.passages},
        )

    async def _read(self, version: str, upload: Upload) -> Content:
        limits = self._limits
        if upload.brief:
            limits = replace(limits, timeout_s=min(limits.timeout_s, BRIEF_TIMEOUT_S))

        progress = Progress(self._jobs, version)

        async def on_page(page: int, pages: int) -> None:
            self._states[upload.brief] = (
                f"reading {upload.document_id}, page {page} of {pages}"
            )
            await progress.read(page, pages)

        content = await read_document(
            self._spool.kept(upload.file),
            upload.name,
            upload.media_type,
            limits,
            on_page,
        )
        await self._contents.keep(version, content)
        self._states[upload.brief] = f"indexing {upload.document_id}"
        return content

    async def _sweep(self) -> None:
        """Remove the passages of the versions that left, once no search sees them."""
        async with self._turn:
            left = await self._catalogue.leaving()
            versions = [v for v in left if v not in self._busy]
            if not versions:
                return
            await self._view.refresh()
            for version in versions:
                for index in filter(None, (self._shelf.serving, self._shelf.next)):
                    await index.remove(version)
            await self._catalogue.left(versions)
            await self._view.refresh()
