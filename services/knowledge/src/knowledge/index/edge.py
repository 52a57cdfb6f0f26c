"""The embedded index: Qdrant Edge, the Rust core in this process, its files in one folder."""

import asyncio
import contextlib
import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from qdrant_edge import (
    CountRequest,
    Distance,
    EdgeConfig,
    EdgeShard,
    EdgeSparseVectorParams,
    EdgeVectorParams,
    FieldCondition,
    Filter,
    MatchValue,
    Modifier,
    PayloadSchemaType,
    ScrollRequest,
    UpdateOperation,
)
from qdrant_edge import Point as EdgePoint
from qdrant_edge import SparseVector as EdgeSparseVector

from contracts.errors import Unavailable
from knowledge.index.edge_files import ShardFolder
from knowledge.index.edge_query import dense_of, edge_query, vector_of
from knowledge.index.passages import (
    DENSE,
    LABELS,
    WORDS,
    Hit,
    Passage,
    Point,
    Query,
    cosine,
    label,
)

UNOPTIMIZED_POINTS = 5000
"""So many passages may stand outside of the graph: each 10,000 cost a query 0.7 ms."""


class EdgeIndex:
    """
    A `PassageIndex` in *folder*.

    ``update`` is written ahead, so what was acknowledged survives ``kill -9``. ``optimize`` holds Python's lock
    for seconds (2.5 s at 10,000 passages), so it runs in a process of its own, on a copy that then takes the
    place of the files in use (docs/decisions/0302).

    Args:
        folder: Made when missing; open in one process at a time.
        dimension: Of the dense vectors; None for an index of words alone.
    """

    def __init__(self, folder: Path, dimension: int | None) -> None:
        self._files = ShardFolder(folder)
        self._dimension = dimension
        self._open: _OpenShard | None = None
        self._writing = asyncio.Lock()
        self._removed = 0

    async def open(self) -> None:
        """
        Open the files, or make them.

        Raises:
            Conflict: Another process has them open.
        """
        self._open = _OpenShard(await asyncio.to_thread(self._opened))

    async def close(self) -> None:
        async with self._writing:
            opened, self._open = self._open, None
            if opened is not None:
                await opened.close()
            self._files.close()

    async def upsert(self, points: Sequence[Point]) -> None:
        if points:
            await self._update(
                UpdateOperation.upsert_points([_edge_point(p) for p in points])
            )

    async def search(self, query: Query) -> list[Hit]:
        with self._reading() as shard:
            if self._writing.locked():
                return await asyncio.to_thread(_found, shard, query)
            # A query takes less than the way to a thread and back; only a writer could make it wait (up to 90 ms).
            return _found(shard, query)

    async def cosine(self, point_id: str, dense: Sequence[float]) -> float | None:
        with self._reading() as shard:
            found = shard.retrieve([point_id], False, [DENSE])  # as quick as a query
        stored = dense_of(found[0].vector) if found else None
        return cosine(dense, stored) if stored else None

    async def passages(self, point_ids: Sequence[str]) -> dict[str, Passage]:
        with self._reading() as shard:
            records = await asyncio.to_thread(
                shard.retrieve, list(point_ids), True, False
            )
        return {str(r.id): Passage.from_payload(r.payload or {}) for r in records}

    async def remove(self, version: str) -> None:
        self._removed += await self.count(version)
        await self._update(
            UpdateOperation.delete_points_by_filter(_of_version(version))
        )

    async def count(self, version: str | None = None) -> int:
        request = CountRequest(filter=_of_version(version) if version else None)
        with self._reading() as shard:
            return await asyncio.to_thread(shard.count, request)

    async def scroll(self, batch: int = 256) -> AsyncIterator[list[Point]]:
        offset = None
        while True:
            request = ScrollRequest(
                offset=offset, limit=batch, with_payload=True, with_vector=True
            )
            with self._reading() as shard:
                records, offset = await asyncio.to_thread(shard.scroll, request)
            yield [
                Point(Passage.from_payload(r.payload or {}), *vector_of(r.vector))
                for r in records
            ]
            if offset is None:
                return

    async def maintain(self) -> None:
        """Flush; where enough is outside of the graph, optimize a copy and put it in place."""
        async with self._writing:
            opened = self._opened_shard()
            await asyncio.to_thread(opened.shard.flush)
            if self._unoptimized(opened.shard) < UNOPTIMIZED_POINTS:
                return
            old = self._files.current()
            copy = await asyncio.to_thread(self._files.copy_current)
            await _optimized(copy)
            self._open = _OpenShard(await asyncio.to_thread(EdgeShard.load, str(copy)))
            await asyncio.to_thread(self._files.switch_to, copy)
            self._removed = 0
            await opened.close()
            await asyncio.to_thread(shutil.rmtree, old)

    async def copy_to(self, target: Path) -> None:
        """Copy the files to *target*, which is made, while searches go on and writes wait."""
        async with self._writing:
            await asyncio.to_thread(self._opened_shard().shard.flush)
            await asyncio.to_thread(self._files.copy_to, target)

    async def _update(self, operation: UpdateOperation) -> None:
        async with self._writing:
            await asyncio.to_thread(self._opened_shard().shard.update, operation)

    def _opened(self) -> EdgeShard:
        path = self._files.open()
        if not path.exists():
            _create(path, self._dimension)
        return EdgeShard.load(str(path))

    def _unoptimized(self, shard: EdgeShard) -> int:
        state = shard.info()
        vectors = 1 if self._dimension is None else 2  # those of words count as indexed
        outside = state.points_count * vectors - state.indexed_vectors_count
        return outside + self._removed

    def _opened_shard(self) -> "_OpenShard":
        if self._open is None:
            raise Unavailable("The index is closed; the service is starting or ending.")
        return self._open

    def _reading(self) -> contextlib.AbstractContextManager[EdgeShard]:
        return self._opened_shard().reading()


class _OpenShard:
    """A shard that is closed when its last reader has left."""

    def __init__(self, shard: EdgeShard) -> None:
        self.shard = shard
        self._readers = 0
        self._unread = asyncio.Event()
        self._unread.set()

    @contextlib.contextmanager
    def reading(self) -> Iterator[EdgeShard]:
        self._readers += 1
        self._unread.clear()
        try:
            yield self.shard
        finally:
            self._readers -= 1
            if not self._readers:
                self._unread.set()

    async def close(self) -> None:
        await self._unread.wait()
        await asyncio.to_thread(self.shard.close)


def _found(shard: EdgeShard, query: Query) -> list[Hit]:
    points = shard.query(edge_query(query))
    return [Hit(Passage.from_payload(p.payload or {}), p.score) for p in points]


def _create(path: Path, dimension: int | None) -> None:
    dense = EdgeVectorParams(size=dimension or 1, distance=Distance.Cosine)
    config = EdgeConfig(
        vectors={DENSE: dense} if dimension else None,
        sparse_vectors={WORDS: EdgeSparseVectorParams(modifier=Modifier.Idf)},
    )
    fresh = path.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    shard = EdgeShard.create(str(fresh), config)
    shard.update(UpdateOperation.create_field_index(LABELS, PayloadSchemaType.Keyword))
    shard.flush()
    shard.close()
    fresh.rename(path)


def _edge_point(point: Point) -> EdgePoint:
    vectors: dict[str, Any] = {
        WORDS: EdgeSparseVector(point.words.indices, point.words.values)
    }
    if point.dense:
        vectors[DENSE] = point.dense
    return EdgePoint(point.passage.point_id, vectors, point.passage.payload())


def _of_version(version: str) -> Filter:
    match = MatchValue(label("version", version))
    return Filter(must=[FieldCondition(key=LABELS, match=match)])


async def _optimized(path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "knowledge.index.optimizing", str(path)
    )
    if await process.wait():
        await asyncio.to_thread(shutil.rmtree, path)
        raise Unavailable("The index could not be optimized; it is searched as it is.")
