"""The parts of the service, opened in their order and closed in the other."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import open_database, service_url
from contracts.errors import Broken, Rejected
from knowledge.answers.answerer import Answerer
from knowledge.answers.llm import ChatClient, chat_http
from knowledge.answers.rewriting import Rewriter
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.contents import Contents
from knowledge.documents.intake import Intake
from knowledge.documents.keys import UsedKeys
from knowledge.documents.receiving import Receiver
from knowledge.documents.tables import metadata
from knowledge.documents.uploads import SPOOL, Spool
from knowledge.index.backup import Backup, remove_broken_off
from knowledge.index.homes import open_home
from knowledge.index.shelf import Shelf
from knowledge.indexing.attention import FailedJobs
from knowledge.indexing.indexer import Indexer
from knowledge.indexing.jobs import JobQueue
from knowledge.indexing.reader import ReaderLimits
from knowledge.models.embedding import Embedder, FolderEmbedder
from knowledge.models.folder import has_model
from knowledge.models.reranking import Reranker
from knowledge.search.learning import Learning
from knowledge.search.searcher import Searcher
from knowledge.search.view import View
from knowledge.settings import KnowledgeSettings

logger = logging.getLogger(__name__)

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class Library:
    """All that the routes ask."""

    shelf: Shelf
    jobs: JobQueue
    failed: FailedJobs
    intake: Intake
    answerer: Answerer
    learning: Learning
    backup: Backup
    indexer: Indexer
    view: View
    lacks: tuple[str, ...]
    """Which models are not there, and why."""
    work: "asyncio.Task[None]"


@asynccontextmanager
async def open_library(
    settings: KnowledgeSettings, llm_transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Library]:
    """Open catalogue, model and index, and set the indexer to work; close them in the end."""
    engine = await _catalogue(settings)
    try:
        lacks: list[str] = []
        embedder = await _embedder(settings, lacks)
        async with open_home(settings) as home:
            shelf = Shelf(home, Contents(engine), embedder)
            await shelf.open()
            try:
                async with _working(
                    settings, engine, shelf, lacks, llm_transport
                ) as library:
                    yield library
            finally:
                await shelf.close()
    finally:
        await engine.dispose()


async def _catalogue(settings: KnowledgeSettings) -> AsyncEngine:
    url = service_url(settings.database_url, settings.folder, "knowledge")
    try:
        return await open_database(url, metadata)
    except DatabaseError as error:
        if type(error) is not DatabaseError:  # SQLite's own word for a damaged file
            raise
        raise Broken(
            f"The catalogue {url.database} is damaged ({error.orig}). Bring a backup back: `etm-knowledge restore < FILE`;"
            " without one move the file away, start the service and send the documents again."
        ) from error


@asynccontextmanager
async def _working(
    settings: KnowledgeSettings,
    engine: AsyncEngine,
    shelf: Shelf,
    lacks: list[str],
    llm_transport: httpx.AsyncBaseTransport | None,
) -> AsyncIterator[Library]:
    catalogue, jobs = Catalogue(engine), JobQueue(engine)
    view = View(catalogue, jobs)
    await view.refresh(words=True)
    spool = Spool(
        settings.folder / SPOOL,
        settings.knowledge_max_bytes,
        settings.knowledge_reserve_bytes,
    )
    await asyncio.to_thread(remove_broken_off, settings.folder)
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
    failed = FailedJobs(engine, jobs)
    intake = Intake(
        receiver=Receiver(spool, settings.knowledge_max_bytes),
        spool=spool,
        catalogue=catalogue,
        keys=UsedKeys(engine),
        jobs=jobs,
        failed=failed,
        indexer=indexer,
        view=view,
    )
    learning = Learning(engine)
    searcher = Searcher(
        shelf,
        view,
        learning,
        settings.knowledge_dense_weight,
        await _reranker(settings, lacks),
    )
    async with _rewriter(settings, llm_transport) as rewriter:
        answerer = Answerer(searcher, learning, rewriter)
        async with _at_work(indexer.run()) as work, _at_work(learning.run()):
            backup = Backup(
                engine,
                shelf,
                spool,
                settings.folder,
                settings.knowledge_reserve_bytes,
            )
            yield Library(
                shelf,
                jobs,
                failed,
                intake,
                answerer,
                learning,
                backup,
                indexer,
                view,
                tuple(lacks),
                work,
            )
        await learning.flush()


@asynccontextmanager
async def _at_work(
    work: Coroutine[None, None, None],
) -> "AsyncIterator[asyncio.Task[None]]":
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _rewriter(
    settings: KnowledgeSettings, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[Rewriter | None]:
    url = settings.ollama_url or settings.llm_url
    ollama = settings.ollama_url is not None
    model = settings.ollama_model if ollama else settings.llm_model
    if url is None or not model:
        yield None
        return
    key = None if ollama else settings.llm_api_key
    async with chat_http(str(url), key, transport) as http:
        yield Rewriter(
            ChatClient(http, model, ollama=ollama), settings.knowledge_rewrite_timeout_s
        )


async def _embedder(settings: KnowledgeSettings, lacks: list[str]) -> Embedder | None:
    folder = settings.model_folder
    if not has_model(folder):
        lacks.append(f"no embedding model in {folder}")
        return None
    return await _loaded(FolderEmbedder, folder, settings.knowledge_threads, lacks)


async def _reranker(settings: KnowledgeSettings, lacks: list[str]) -> Reranker | None:
    folder = settings.knowledge_reranker_dir
    if folder is None:
        return None
    return await _loaded(Reranker, folder, settings.knowledge_threads, lacks)


async def _loaded(
    kind: Callable[[Path, int], Model], folder: Path, threads: int, lacks: list[str]
) -> Model | None:
    """The model in *folder*; None and why where it is broken: a technician is better served by words than by nothing."""
    try:
        return await asyncio.to_thread(kind, folder, threads)
    except Rejected as error:
        logger.exception("a model cannot be run")
        lacks.append(error.detail)
        return None


def _limits(settings: KnowledgeSettings) -> ReaderLimits:
    return ReaderLimits(
        settings.knowledge_max_pages,
        settings.knowledge_reader_memory_bytes,
        settings.knowledge_reader_timeout_s,
    )
