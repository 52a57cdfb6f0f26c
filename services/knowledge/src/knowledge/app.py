"""The knowledge service, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from chassis import own_disk
from chassis.app import service_app
from chassis.database_problems import add_database_problems
from chassis.server import serve
from chassis.tasks import stop
from contracts.errors import Unavailable
from knowledge import backup_routes, document_routes, routes
from knowledge.documents.uploads import SPOOL
from knowledge.library import open_library
from knowledge.room import Room
from knowledge.settings import KnowledgeSettings


def create_app(
    settings: KnowledgeSettings,
    *,
    llm_transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """Make the app; its lifespan opens the library."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_library(settings, llm_transport) as library:
            app.state.library = library
            figure = asyncio.create_task(library.failed.keep_figure(app.state.registry))
            try:
                yield
            finally:
                await stop([figure])

    async def own_disk_takes(_: FastAPI) -> str:
        spool = settings.folder / SPOOL  # missing where the disk is not mounted
        Room(spool, settings.knowledge_reserve_bytes).demand()
        return await own_disk.takes(spool)

    app = service_app(
        "knowledge",
        settings,
        lifespan=lifespan,
        routers=[routes.router, document_routes.router, backup_routes.router],
        checks={
            "index": _index_ready,
            "model": _model_ready,
            "indexing": _indexing_ready,
            "own_disk": own_disk_takes,
        },
        read_routes=frozenset({"/knowledge/search", "/knowledge/feedback"}),
    )
    add_database_problems(app)
    return app


async def _index_ready(app: FastAPI) -> str:
    library = app.state.library
    shelf = library.shelf
    lacking = await library.view.lacking(shelf, surely=True)
    if lacking and shelf.is_whole:  # a server may forget in silence
        shelf.lost.set()
    mending = f"{lacking} more are being made again; " if lacking else ""
    return f"{shelf.name}: {mending}{await shelf.serving.count()} passages"


async def _model_ready(app: FastAPI) -> str:
    library = app.state.library
    shelf = library.shelf
    if shelf.embedder is not None:
        search = "search is hybrid"
    elif shelf.next_embedder is not None:
        search = "the model's index is being filled; until then search is lexical only"
    else:
        search = "search is lexical only"
    return "; ".join([*library.lacks, search])


async def _indexing_ready(app: FastAPI) -> str:
    library = app.state.library
    if library.work.done():
        raise Unavailable(
            "The indexer has stopped; the log says why. Restart the service."
        )
    failed = await library.failed.count()
    state = str(library.indexer.state)
    return (
        f"{state}; {failed} failed, see /knowledge/jobs?attention=true"
        if failed
        else state
    )


def main() -> None:
    """Serve, with the settings of the environment."""
    serve("knowledge", KnowledgeSettings, create_app)


if __name__ == "__main__":
    main()
