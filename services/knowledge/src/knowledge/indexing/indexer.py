"""The one worker that reads documents, makes their passages and writes them into the index."""

import asyncio
import logging

from chassis.patience import Patience
from contracts.errors import Rejected, ServiceError
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.contents import Content, Contents
from knowledge.documents.uploads import Spool, Upload
from knowledge.index.passages import Passage
from knowledge.index.shelf import Shelf
from knowledge.indexing.jobs import JobQueue
from knowledge.indexing.reader import ReaderLimits, read_document
from knowledge.indexing.writing import split, write
from knowledge.models.embedding import Embedder
from knowledge.search.view import View
from knowledge.words.vocabulary import counted

logger = logging.getLogger(__name__)


class Indexer:
    """
    Does one job after another until it is stopped.

    Whatever is killed, a job begins again at its last full step, and writes the same points.
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
        self._wake = asyncio.Event()
        self._patience = Patience(longest_s=30)
        self._mended = False
        self.state = "idle"

    def wake(self) -> None:
        """Say that there is work."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._wake.clear()
            await self._patience.until_done(self._work_off, on_failure=self._waits)
            self.state = "idle"
            await self._wake.wait()

    async def _waits(self, attempt: int, error: ServiceError) -> None:
        self.state = f"waits: {error.detail}"
        logger.warning(
            "indexing waits", extra={"attempt": attempt, "detail": error.detail}
        )

    async def _work_off(self) -> None:
        await self._sweep()
        while (job := await self._jobs.next()) is not None:
            await self._do(*job)
            await self._sweep()
        await self._mend()
        await self._view.refresh(words=True)
        await self._refill()
        await self._shelf.serving.maintain()

    async def _do(self, job_id: str, upload: Upload) -> None:
        self.state = f"indexing {upload.document_id}"
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
            await self._write(version, upload)
        await self._view.refresh()
        await self._jobs.finish(version)
        self._spool.drop(upload.file)

    async def _write(self, version: str, upload: Upload) -> None:
        content = await self._contents.read(version) or await self._read(
            version, upload
        )
        passages = await asyncio.to_thread(
            split, version, upload, content, self._shelf.embedder
        )
        if not passages:
            raise Rejected(
                " ".join(content.notes) or "There is no text in the document."
            )

        async def done(passage: Passage) -> None:
            await self._jobs.progress(
                version, passage.page or content.pages, content.pages
            )

        await self._shelf.wrote_without_model()
        await write(self._shelf.serving, self._shelf.embedder, passages, done)
        counts = await asyncio.to_thread(counted, passages)
        published = await self._catalogue.publish(
            version, upload, content, passages=len(passages), counts=counts
        )
        logger.info(
            "indexed" if published else "deleted meanwhile",
            extra={"document_id": upload.document_id, "passages": len(passages)},
        )

    async def _read(self, version: str, upload: Upload) -> Content:
        read_pages = 0

        def on_page(page: int, pages: int) -> None:
            nonlocal read_pages
            read_pages = page
            self.state = f"reading {upload.document_id}, page {page} of {pages}"

        content = await read_document(
            self._spool.path(upload.file),
            upload.name,
            upload.media_type,
            self._limits,
            on_page,
        )
        await self._contents.keep(version, content)
        await self._jobs.progress(version, 0, content.pages)
        return content

    async def _sweep(self) -> None:
        """Remove the passages of the versions that left."""
        versions = await self._catalogue.leaving()
        for version in versions:
            for index in filter(None, (self._shelf.serving, self._shelf.next)):
                await index.remove(version)
        if versions:
            await self._catalogue.left(versions)
            await self._view.refresh()

    async def _mend(self) -> None:
        """Write what a restored or damaged index lacks, from what was read."""
        if self._mended:
            return
        index, embedder = self._shelf.serving, self._shelf.embedder
        for live in await self._catalogue.live():
            content = await self._contents.read(live.version)
            if content is None or await index.count(live.version) == live.passages:
                continue
            self.state = f"mending {live.upload.document_id}"
            passages = await asyncio.to_thread(
                split, live.version, live.upload, content, embedder
            )
            await index.remove(live.version)
            await self._shelf.wrote_without_model()
            await write(index, embedder, passages)
            counts = await asyncio.to_thread(counted, passages)
            await self._catalogue.recount(live.version, len(passages), counts)
        self._mended = True

    async def _refill(self) -> None:
        """Fill the next index from what was read; put it into use when it holds all that the one before does."""
        index, embedder = self._shelf.next, self._shelf.next_embedder
        if index is None:
            return
        for live in await self._catalogue.live():
            self.state = f"embedding {live.upload.document_id} anew"
            content = await self._contents.read(live.version)
            if content is None:
                continue  # deleted meanwhile
            passages = await asyncio.to_thread(
                split, live.version, live.upload, content, embedder
            )
            if await index.count(live.version) != len(passages):
                await write(index, embedder, passages)
            if self._wake.is_set():
                return  # what technicians wait for comes first; then the filling goes on
        await index.maintain()
        await self._take_into_use(embedder)

    async def _take_into_use(self, embedder: Embedder | None) -> None:
        old = await self._shelf.switch()
        await self._view.refresh()
        await self._shelf.discard(old)
        for live in await self._catalogue.live():
            content = await self._contents.read(live.version)
            if content is not None:
                passages = await asyncio.to_thread(
                    split, live.version, live.upload, content, embedder
                )
                counts = await asyncio.to_thread(counted, passages)
                await self._catalogue.recount(live.version, len(passages), counts)
        await self._view.refresh(words=True)
        logger.info("another model is in use", extra={"index": self._shelf.name})
