"""The embedded index: Qdrant Edge, the Rust core in this process, its files in one folder."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from qdrant_edge import CountRequest, EdgeShard, ScrollRequest, UpdateOperation

from contracts.errors import StorageFull, Unavailable
from knowledge.index.damage import IndexMending, in_our_words
from knowledge.index.edge_files import ShardFolder
from knowledge.index.edge_points import edge_point, of_version, passage_of, point_of
from knowledge.index.edge_query import found
from knowledge.index.edge_shard import (
    OpenShard,
    begun_anew,
    load,
    optimize_apart,
    unoptimized,
)
from knowledge.index.passages import Match, Passage, Point, Query
from knowledge.room import Room

logger = logging.getLogger(__name__)

T = TypeVar("T")

UNOPTIMIZED_POINTS = 5000
"""So many passages may stand outside of the graph: each 10,000 cost a query 0.7 ms."""
FEW = 4
"""So many writes are made up for in milliseconds, while others wait."""


class EdgeIndex:
    """
    A `PassageIndex` in *folder*.

    ``update`` is written ahead, so what was acknowledged survives ``kill -9``. ``optimize`` holds Python's lock
    for seconds (2.5 s at 10,000 passages), so it runs in a process of its own, on a copy that makes up for what was
    written meanwhile and then takes the place of the files in use (docs/decisions/0302).

    Args:
        folder: Made when missing; open in one process at a time.
        dimension: Of the dense vectors; None for an index of words alone.
        reserve_bytes: Of the disk, that are left free.
        lost: Set when it turns out to be damaged; it answers no more until `renew`.
    """

    def __init__(
        self,
        folder: Path,
        dimension: int | None,
        reserve_bytes: int = 0,
        lost: asyncio.Event | None = None,
    ) -> None:
        self._files = ShardFolder(folder)
        self._lost = lost or asyncio.Event()
        self._is_damaged = False
        self._room = Room(folder, reserve_bytes)
        self._dimension = dimension
        self._open: OpenShard | None = None
        self._writing = asyncio.Lock()
        self._optimizing = asyncio.Lock()
        self._missed: list[UpdateOperation] | None = None
        """What was written since the copy under way was made."""
        self._removed = 0

    async def open(self) -> None:
        """Open the files, or make them; as `load` it may find them damaged."""
        shard = await asyncio.to_thread(load, self._files, self._dimension)
        self._open = OpenShard(shard, self._failed)

    async def close(self) -> None:
        async with self._optimizing, self._writing:
            opened, self._open = self._open, None
            try:
                if opened is not None:
                    with suppress(IndexMending):
                        await opened.close()
                    if not self._is_damaged:
                        await asyncio.to_thread(self._files.set_seal)
            finally:
                self._files.close()

    async def renew(self, *, lacks: bool | None = None) -> None:
        async with self._optimizing, self._writing:
            opened, seal = self._open, self._files.seal
            if opened is not None:
                if not self._is_damaged and not (lacks and seal.is_doubtful):
                    seal.is_doubtful &= lacks is None
                    return
                self._open, self._is_damaged = None, True
                with suppress(IndexMending):  # it may err once more
                    await opened.close()
            shard = await asyncio.to_thread(begun_anew, self._files, self._dimension)
            logger.warning("an index was begun anew")
            self._open = OpenShard(shard, self._failed)
            self._is_damaged = False
            self._removed, self._missed = 0, None

    async def upsert(self, points: Sequence[Point]) -> None:
        if points:
            self._room.demand()
            await self._update(
                UpdateOperation.upsert_points([edge_point(p) for p in points])
            )

    async def search(self, query: Query) -> list[Match]:
        with self._opened_shard() as shard:
            return await self._read(found, shard, query)

    async def passages(self, point_ids: Sequence[str]) -> dict[str, Passage]:
        with self._opened_shard() as shard:
            records = await self._read(shard.retrieve, list(point_ids), True, False)
            return {str(record.id): passage_of(record) for record in records}

    async def remove(self, version: str) -> None:
        self._removed += await self.count(version)
        await self._update(UpdateOperation.delete_points_by_filter(of_version(version)))

    async def count(self, version: str | None = None) -> int:
        request = CountRequest(filter=of_version(version) if version else None)
        with self._opened_shard() as shard:
            return await asyncio.to_thread(shard.count, request)

    async def scroll(self, batch: int = 256) -> AsyncIterator[list[Point]]:
        offset = None
        while True:
            request = ScrollRequest(
                offset=offset, limit=batch, with_payload=True, with_vector=True
            )
            with self._opened_shard() as shard:
                records, offset = await asyncio.to_thread(shard.scroll, request)
                points = [point_of(record) for record in records]
            yield points
            if offset is None:
                return

    async def maintain(self) -> None:
        """Flush; where enough is outside of the graph, optimize a copy and put it in place; writes go on meanwhile."""
        async with self._optimizing:
            copy = await self._copied_to_optimize()
            if copy is None:
                return
            try:
                await optimize_apart(copy)
                await self._put_in_place(copy)
            except asyncio.CancelledError:
                raise  # the next start removes the one that is not in use by now
            except BaseException:
                if copy != self._files.current():
                    await asyncio.to_thread(shutil.rmtree, copy, ignore_errors=True)
                raise
            finally:
                self._missed = None

    async def _copied_to_optimize(self) -> Path | None:
        async with self._writing:
            with self._opened_shard() as shard:
                await asyncio.to_thread(shard.flush)
                outside = unoptimized(shard, self._dimension) + self._removed
                if outside < UNOPTIMIZED_POINTS:
                    await asyncio.to_thread(self._files.set_seal)
                    return None
            try:
                # The copy, and its segments made anew beside it.
                self._room.demand(2 * self._files.size_bytes())
            except StorageFull:
                logger.warning("no room to optimize the index; it is searched as it is")
                return None
            copy = await asyncio.to_thread(self._files.copy_current)
            self._missed = []
            return copy

    async def _put_in_place(self, copy: Path) -> None:
        """Write into *copy* what it missed, at last with nobody writing beside, and make it the one in use."""
        shard = await asyncio.to_thread(EdgeShard.load, str(copy))
        while len(self._missed or ()) > FEW:
            await self._make_up(shard)
        async with self._writing:
            await self._make_up(shard)
            old, opened = self._files.current(), self._opened_shard()
            await asyncio.to_thread(shard.flush)
            await asyncio.to_thread(self._files.switch_to, copy)
            self._open = OpenShard(shard, self._failed)
            self._removed, self._missed = 0, None
            await asyncio.to_thread(self._files.set_seal)
        await opened.close()
        await asyncio.to_thread(shutil.rmtree, old)

    async def _make_up(self, shard: EdgeShard) -> None:
        missed, self._missed = self._missed or [], []
        for operation in missed:
            await asyncio.to_thread(shard.update, operation)

    def size_bytes(self) -> int:
        """What a copy of the files takes."""
        return self._files.size_bytes()

    async def copy_to(self, target: Path) -> None:
        """Copy the files to *target*, which is made, while searches go on and writes wait."""
        async with self._writing:
            with self._opened_shard() as shard:
                await asyncio.to_thread(shard.flush)
            await asyncio.to_thread(self._files.copy_to, target)

    async def _update(self, operation: UpdateOperation) -> None:
        async with self._writing:
            if self._files.seal.stands():
                await asyncio.to_thread(self._files.seal.lift)
            with self._opened_shard() as shard:
                await asyncio.to_thread(shard.update, operation)
            if self._missed is not None:
                self._missed.append(operation)

    async def _read(self, read: Callable[..., T], *args: Any) -> T:
        """
        What is read by *read* of an open shard, here or, while there is a writer, in a thread.

        Reading takes less than the way to a thread and back; only a writer could make it wait (up to 90 ms).
        """
        if self._writing.locked():
            return await asyncio.to_thread(read, *args)
        return read(*args)

    def _failed(self, error: BaseException) -> None:
        """Raise what a reader or a writer met in our words; who waits for ``lost`` has the index made again."""
        ours = in_our_words(error)
        if isinstance(ours, IndexMending):
            logger.error("an index is damaged", exc_info=error)
            self._is_damaged = True
            self._lost.set()
        if ours is not None:
            raise ours from error

    def _opened_shard(self) -> OpenShard:
        if self._is_damaged:
            raise IndexMending
        if self._open is None:
            raise Unavailable("The index is closed; the service is starting or ending.")
        return self._open
