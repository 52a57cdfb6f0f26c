"""Which home the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from knowledge.index.shelf import EdgeHome, Home
from knowledge.settings import KnowledgeSettings


@asynccontextmanager
async def open_home(settings: KnowledgeSettings) -> AsyncIterator[Home]:
    """Open the server that ``QDRANT_URL`` names, else the embedded home."""
    if settings.qdrant_url is None:
        yield EdgeHome(settings.folder / "index", settings.knowledge_reserve_bytes)
        return
    # Late: the client costs 90 MB that an embedded index does not need.
    from knowledge.index.qdrant import ServerHome  # noqa: PLC0415

    key = settings.qdrant_api_key
    async with ServerHome.at(
        str(settings.qdrant_url),
        key.get_secret_value() if key else None,
        settings.qdrant_collection,
        shards=settings.qdrant_shards,
        replicas=settings.qdrant_replicas,
    ) as home:
        yield home
