"""A Qdrant server or cluster as the index; how far it is proved: docs/decisions/0304-qdrant-server-by-its-client.md"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, cast

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from knowledge.index.passages import (
    DENSE,
    LABELS,
    WORDS,
    Match,
    Passage,
    Point,
    Query,
    label,
)
from knowledge.index.qdrant_failures import answered
from knowledge.index.qdrant_query import server_query
from knowledge.words.lexical import SparseVector

TIMEOUT_S = 10.0


class ServerIndex:
    """
    A `PassageIndex` in one collection of a server.

    Args:
        client: The caller closes it.
        collection: Made when missing.
        dimension: Of the dense vectors; None for an index of words alone.
        shards: How many parts of the collection are spread over a cluster.
        replicas: How many copies of each part.
        lost: Set when somebody deleted the collection; it is made again, empty, at its next use.
    """

    def __init__(
        self,
        client: AsyncQdrantClient,
        collection: str,
        dimension: int | None,
        *,
        shards: int = 1,
        replicas: int = 1,
        lost: asyncio.Event | None = None,
    ) -> None:
        self._client = client
        self._lost = lost or asyncio.Event()
        self._collection = collection
        self._dimension = dimension
        self._shards = shards
        self._replicas = replicas
        self._making = asyncio.Lock()
        self._made = False

    async def open(self) -> None:
        """Nothing yet: the collection is made at its first use; the service starts while the server is away."""

    @asynccontextmanager
    async def _there(self) -> AsyncIterator[None]:
        async with answered():
            if not self._made:
                async with self._making:
                    if not await self._client.collection_exists(self._collection):
                        await self._create()
                    self._made = True
            try:
                yield
            except UnexpectedResponse as error:
                if error.status_code == HTTPStatus.NOT_FOUND and self._made:
                    self._made = False
                    self._lost.set()
                raise

    async def close(self) -> None:
        """Nothing of its own is open."""

    async def renew(self, *, lacks: bool | None = None) -> None:
        """A server sees to its own files."""

    async def upsert(self, points: Sequence[Point]) -> None:
        if not points:
            return
        async with self._there():
            await self._client.upsert(
                self._collection, [_server_point(p) for p in points], wait=True
            )

    async def search(self, query: Query) -> list[Match]:
        async with self._there():
            found = await self._client.query_points(
                self._collection, **server_query(query)
            )
        return [Match(point.payload or {}, point.score) for point in found.points]

    async def passages(self, point_ids: Sequence[str]) -> dict[str, Passage]:
        async with self._there():
            records = await self._client.retrieve(
                self._collection, list(point_ids), with_payload=True
            )
        return {str(r.id): Passage.from_payload(r.payload or {}) for r in records}

    async def remove(self, version: str) -> None:
        async with self._there():
            await self._client.delete(
                self._collection,
                models.FilterSelector(filter=_of_version(version)),
                wait=True,
            )

    async def count(self, version: str | None = None) -> int:
        narrowed = _of_version(version) if version else None
        async with self._there():
            counted = await self._client.count(
                self._collection, count_filter=narrowed, exact=True
            )
        return counted.count

    async def scroll(self, batch: int = 256) -> AsyncIterator[list[Point]]:
        offset: Any = None
        while True:
            async with self._there():
                records, offset = await self._client.scroll(
                    self._collection,
                    limit=batch,
                    offset=offset,
                    with_payload=True,
                    with_vectors=True,
                )
            yield [_point(record) for record in records]
            if offset is None:
                return

    async def maintain(self) -> None:
        """A server flushes and optimizes by itself."""

    async def _create(self) -> None:
        dense = models.VectorParams(
            size=self._dimension or 1, distance=models.Distance.COSINE
        )
        words = models.SparseVectorParams(modifier=models.Modifier.IDF)
        await self._client.create_collection(
            self._collection,
            vectors_config={DENSE: dense} if self._dimension else {},
            sparse_vectors_config={WORDS: words},
            shard_number=self._shards,
            replication_factor=self._replicas,
        )
        await self._client.create_payload_index(
            self._collection, LABELS, models.PayloadSchemaType.KEYWORD, wait=True
        )


def _server_point(point: Point) -> models.PointStruct:
    vectors: dict[str, Any] = {
        WORDS: models.SparseVector(
            indices=point.words.indices, values=point.words.values
        )
    }
    if point.dense:
        vectors[DENSE] = point.dense
    return models.PointStruct(
        id=point.passage.point_id, vector=vectors, payload=point.passage.payload()
    )


def _point(record: models.Record) -> Point:
    vectors = cast("dict[str, Any]", record.vector)
    words = vectors[WORDS]
    return Point(
        Passage.from_payload(record.payload or {}),
        SparseVector(list(words.indices), list(words.values)),
        vectors.get(DENSE),
    )


def _of_version(version: str) -> models.Filter:
    match = models.MatchValue(value=label("version", version))
    return models.Filter(must=[models.FieldCondition(key=LABELS, match=match)])


class ServerHome:
    """Indexes as collections of one server, named ``<prefix>_<index>``."""

    def __init__(
        self, client: AsyncQdrantClient, prefix: str, *, shards: int, replicas: int
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._shards = shards
        self._replicas = replicas
        self.lost = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def at(
        cls, url: str, key: str | None, prefix: str, *, shards: int, replicas: int
    ) -> "AsyncIterator[ServerHome]":
        """Open the client of the server at *url*."""
        client = AsyncQdrantClient(
            url=url, api_key=key, timeout=int(TIMEOUT_S), check_compatibility=False
        )
        try:
            yield cls(client, prefix, shards=shards, replicas=replicas)
        finally:
            await client.close()

    def index(self, name: str, dimension: int | None) -> ServerIndex:
        return ServerIndex(
            self._client,
            f"{self._prefix}_{name}",
            dimension,
            shards=self._shards,
            replicas=self._replicas,
            lost=self.lost,
        )

    async def drop_all_but(self, names: frozenset[str]) -> None:
        kept = {f"{self._prefix}_{name}" for name in names}
        async with answered():
            for found in (await self._client.get_collections()).collections:
                if found.name.startswith(f"{self._prefix}_") and found.name not in kept:
                    await self._client.delete_collection(found.name)
