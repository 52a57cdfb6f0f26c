"""The parts of the service, opened in their order and closed in the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import open_database, service_url
from knowledge.catalogue import Catalogue
from knowledge.contents import Contents
from knowledge.embedding import Embedder, FolderEmbedder, has_model
from knowledge.indexing import Indexer
from knowledge.intake import Intake
from knowledge.jobs import JobQueue
from knowledge.reader import ReaderLimits
from knowledge.receiving import Receiver
from knowledge.search import Searcher
from knowledge.settings import KnowledgeSettings
from knowledge.shelf import EdgeHome, Home, Shelf
from knowledge.tables import metadata
from knowledge.uploads import Spool
from knowledge.view import View


@dataclass(frozen=True, slots=True)
class Library:
    """All that the routes ask."""

    shelf: Shelf
    jobs: JobQueue
    intake: Intake
    searcher: Searcher
    indexer: Indexer
    work: "asyncio.Task[None]"


@asynccontextmanager
async def open_library(settings: KnowledgeSettings) -> AsyncIterator[Library]:
    """Open catalogue, model and index, and set the indexer to work; close them in the end."""
    url = service_url(settings.database_url, settings.folder, "knowledge")
    engine = await open_database(url, metadata)
    try:
        embedder = await _embedder(settings)
        async with _home(settings) as home:
            shelf = Shelf(home, Contents(engine), embedder)
            await shelf.open()
            try:
                async with _working(settings, engine, shelf) as library:
                    yield library
            finally:
                await shelf.close()
    finally:
        await engine.dispose()


@asynccontextmanager
async def _working(
    settings: KnowledgeSettings, engine: AsyncEngine, shelf: Shelf
) -> AsyncIterator[Library]:
    catalogue, jobs = Catalogue(engine), JobQueue(engine)
    view = View(catalogue, jobs)
    await view.refresh(words=True)
    spool = Spool(settings.folder / "spool", settings.knowledge_max_bytes)
    unfinished = await jobs.unfinished()
    spool.open(frozenset(upload.file for upload in unfinished.values()))
    indexer = Indexer(
        jobs=jobs,
        catalogue=catalogue,
        contents=Contents(engine),
        spool=spool,
        shelf=shelf,
        view=view,
        limits=_limits(settings),
    )
    intake = Intake(
        receiver=Receiver(spool, settings.knowledge_max_bytes),
        spool=spool,
        catalogue=catalogue,
        jobs=jobs,
        indexer=indexer,
        view=view,
    )
    work = asyncio.create_task(indexer.run(), name="indexer")
    try:
        yield Library(
            shelf,
            jobs,
            intake,
            Searcher(shelf, view, settings.knowledge_dense_weight),
            indexer,
            work,
        )
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


@asynccontextmanager
async def _home(settings: KnowledgeSettings) -> AsyncIterator[Home]:
    if settings.qdrant_url is None:
        yield EdgeHome(settings.folder / "index")
        return
    # Late: the client costs 90 MB that an embedded index does not need.
    from knowledge.qdrant import ServerHome  # noqa: PLC0415

    key = settings.qdrant_api_key
    async with ServerHome.at(
        str(settings.qdrant_url),
        key.get_secret_value() if key else None,
        settings.qdrant_collection,
        shards=settings.qdrant_shards,
        replicas=settings.qdrant_replicas,
    ) as home:
        yield home


async def _embedder(settings: KnowledgeSettings) -> Embedder | None:
    if not has_model(settings.model_folder):
        return None
    return await asyncio.to_thread(
        FolderEmbedder, settings.model_folder, settings.knowledge_threads
    )


def _limits(settings: KnowledgeSettings) -> ReaderLimits:
    return ReaderLimits(
        settings.knowledge_max_pages,
        settings.knowledge_reader_memory_bytes,
        settings.knowledge_reader_timeout_s,
    )
