"""One shard of Qdrant Edge: made, opened for readers and writers, optimized apart."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

from qdrant_edge import (
    Distance,
    EdgeConfig,
    EdgeShard,
    EdgeSparseVectorParams,
    EdgeVectorParams,
    Modifier,
    PayloadSchemaType,
    UpdateOperation,
)

from contracts.errors import Unavailable
from knowledge.index.passages import DENSE, LABELS, WORDS


class OpenShard:
    """A shard that is closed when its last reader has left; ``with`` reads it."""

    def __init__(self, shard: EdgeShard) -> None:
        self.shard = shard
        self._readers = 0
        self._unread = asyncio.Event()
        self._unread.set()

    def __enter__(self) -> EdgeShard:
        self._readers += 1
        self._unread.clear()
        return self.shard

    def __exit__(self, *_: object) -> None:
        self._readers -= 1
        if not self._readers:
            self._unread.set()

    async def close(self) -> None:
        await self._unread.wait()
        await asyncio.to_thread(self.shard.close)


def create(path: Path, dimension: int | None) -> None:
    """Make an empty shard at *path*; a kill leaves a whole one or none."""
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


async def optimize_apart(path: Path) -> None:
    """
    Optimize the shard in *path*, which nobody has open, in a process of its own.

    Raises:
        Unavailable: That process did not end well; it is killed when this is cancelled.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "knowledge.index.optimizing", str(path), str(os.getpid())
    )
    try:
        failed = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if failed:
        raise Unavailable("The index could not be optimized; it is searched as it is.")
