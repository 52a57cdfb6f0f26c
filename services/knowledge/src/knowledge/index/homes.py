"""Where indexes are: an embedded one's folder, or a server; the settings say which."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from knowledge.index.edge import EdgeIndex
from knowledge.index.passages import PassageIndex
from knowledge.settings import KnowledgeSettings


class Home(Protocol):
    lost: asyncio.Event
    """Set when an index lost what it held: somebody deleted it under the service, or it is damaged."""

    def index(self, name: str, dimension: int | None) -> PassageIndex: ...

    async def drop_all_but(self, names: frozenset[str]) -> None:
        """Remove the indexes that are not among *names*."""
        ...


class EdgeHome:
    """Embedded indexes, each in a folder below *folder*; *reserve_bytes* of its disk are left free."""

    def __init__(self, folder: Path, reserve_bytes: int = 0) -> None:
        self._folder = folder
        self._reserve_bytes = reserve_bytes
        self.lost = asyncio.Event()

    def index(self, name: str, dimension: int | None) -> EdgeIndex:
        folder = self._folder / name
        return EdgeIndex(folder, dimension, self._reserve_bytes, self.lost)

    async def drop_all_but(self, names: frozenset[str]) -> None:
        for path in self._folder.glob("*-*"):
            if path.name not in names:
                shutil.rmtree(path, ignore_errors=True)


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
