"""Chunks remembered, and how they are let go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.chunk_memory import Chunk, ChunkMemory
from storage.state import State


@contextmanager
def opened(folder: Path) -> Iterator[ChunkMemory]:
    state = State(folder / "new" / "storage.sqlite")
    yield ChunkMemory(state)
    state.close()


async def test_chunks_are_remembered_by_upload_across_a_restart(tmp_path: Path):
    first, second = Chunk(1, 10, "a"), Chunk(2, 5, "b")
    with opened(tmp_path) as memory:
        await memory.begin("u")
        for chunk in (second, first, second):
            await memory.add("u", chunk)
        await memory.add("other", first)
        await memory.forget("other")

    with opened(tmp_path) as memory:
        assert await memory.chunks("u") == (first, second)
        assert await memory.chunks("other") == ()


async def test_only_uploads_that_nobody_goes_on_with_are_stale(tmp_path: Path):
    with opened(tmp_path) as memory:
        await memory.add("u", Chunk(1, 10, "a"))

        assert await memory.stale(3600) == ()
        assert await memory.stale(-1) == ("u",)
