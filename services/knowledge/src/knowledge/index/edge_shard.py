"""One shard of Qdrant Edge: made, opened for readers and writers, optimized apart."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
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
from knowledge.index.damage import IndexDamaged, is_damage
from knowledge.index.edge_files import ShardFolder
from knowledge.index.opening import open_apart
from knowledge.index.passages import DENSE, LABELS, WORDS


class OpenShard:
    """
    A shard that is closed when its last reader has left; ``with`` reads it.

    Args:
        shard: Nobody else closes it.
        failed: Told of what a reader raises, or a writer; may raise it in other words.
    """

    def __init__(
        self, shard: EdgeShard, failed: Callable[[BaseException], None]
    ) -> None:
        self.shard = shard
        self._failed = failed
        self._readers = 0
        self._unread: asyncio.Event | None = None
        """There is one once somebody waits for it."""

    def __enter__(self) -> EdgeShard:
        self._readers += 1
        return self.shard

    def __exit__(self, _kind: object, error: BaseException | None, _: object) -> None:
        self._readers -= 1
        if self._unread and not self._readers:
            self._unread.set()
        if error is not None:
            self._failed(error)

    async def close(self) -> None:
        if self._readers:
            self._unread = asyncio.Event()
            await self._unread.wait()
        try:
            await asyncio.to_thread(self.shard.close)
        except BaseException as error:
            self._failed(error)
            raise


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


def load(files: ShardFolder, dimension: int | None) -> EdgeShard:
    """
    Open the current shard of *files*; make it where there is none.

    Raises:
        Conflict: Another process has them open.
        IndexDamaged: Nobody has it open.
    """
    path = files.open()
    if not path.exists():
        files.seal.lift()
        create(path, dimension)
        files.set_seal()
    try:
        with files.opening() as has_died:
            files.seal.verify(path)
            files.seal.lift()  # to open it writes into its journals
            if has_died:
                open_apart(path)
            return EdgeShard.load(str(path))
    except BaseException as error:
        files.close()
        if not is_damage(error):
            raise
        raise IndexDamaged(f"The index in {path} is damaged: {error}") from error


def begun_anew(files: ShardFolder, dimension: int | None) -> EdgeShard:
    """Take an empty shard into use in place of the current one; a kill leaves one of them."""
    old, path = files.open(), files.next()
    shutil.rmtree(path, ignore_errors=True)
    create(path, dimension)
    files.switch_to(path)
    files.seal.lift()  # not sooner: what is spoilt and opens must not be left without one
    files.seal.is_doubtful = False
    shutil.rmtree(old, ignore_errors=True)
    return EdgeShard.load(str(path))


def unoptimized(shard: EdgeShard, dimension: int | None) -> int:
    """How many vectors stand outside of the graph."""
    state = shard.info()
    vectors = 1 if dimension is None else 2  # those of words count as indexed
    return state.points_count * vectors - state.indexed_vectors_count


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
