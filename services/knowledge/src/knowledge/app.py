"""The knowledge service, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chassis.app import service_app
from chassis.server import serve
from knowledge.edge import EdgeIndex
from knowledge.routes import router
from knowledge.search import Searcher
from knowledge.settings import KnowledgeSettings


def create_app(settings: KnowledgeSettings) -> FastAPI:
    """Make the app; its lifespan opens the index and closes it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        index = EdgeIndex(settings.folder / "index" / "words", None)
        await index.open()
        try:
            app.state.index = index
            app.state.searcher = Searcher(lambda: index)
            yield
        finally:
            await index.close()

    return service_app(
        "knowledge",
        settings,
        lifespan=lifespan,
        routers=[router],
        checks={"index": _index_ready, "model": _model_ready},
        read_routes=frozenset({"/knowledge/search"}),
    )


async def _index_ready(app: FastAPI) -> str:
    return f"{await app.state.index.count()} passages"


async def _model_ready(app: FastAPI) -> str:
    return "no embedding model: search is lexical only"


def main() -> None:
    """Serve, with the settings of the environment."""
    serve("knowledge", KnowledgeSettings, create_app)


if __name__ == "__main__":
    main()
