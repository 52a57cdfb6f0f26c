"""What is remembered, and how it is let go."""

import asyncio
from pathlib import Path

import pytest

from contracts.errors import StorageFull, Unavailable
from storage.state import Chunk, State


@pytest.fixture
def state(tmp_path: Path):
    state = State(tmp_path / "new" / "storage.sqlite")
    yield state
    state.close()


async def test_chunks_are_remembered_by_upload(state: State, tmp_path: Path):
    first, second = Chunk(1, 10, "a"), Chunk(2, 5, "b")
    for chunk in (second, first, second):
        await state.add_chunk("u", chunk)
    await state.add_chunk("other", first)

    await state.forget_upload("other")
    reopened = State(tmp_path / "new" / "storage.sqlite")
    try:
        assert await reopened.chunks("u") == (first, second)
        assert await reopened.chunks("other") == ()
    finally:
        reopened.close()


async def test_only_uploads_that_nobody_goes_on_with_are_stale(state: State):
    await state.add_chunk("u", Chunk(1, 10, "a"))

    assert await state.stale_uploads(3600) == ()
    assert await state.stale_uploads(-1) == ("u",)


async def test_closing_waits_for_a_statement_whose_caller_was_cancelled(tmp_path: Path):
    """It crashed the process once."""
    for round_ in range(50):
        state = State(tmp_path / f"{round_}.sqlite")
        asking = [asyncio.create_task(state.stale_uploads(1)) for _ in range(5)]
        await asyncio.sleep(0)
        for task in asking:
            task.cancel()

        state.close()

        await asyncio.gather(*asking, return_exceptions=True)


async def test_full_disk_is_told_as_such_and_passes(state: State):
    """It was a 500, which callers do not try again."""
    await state.rows("PRAGMA max_page_count = 20")

    with pytest.raises(StorageFull) as refused:
        await state.keep_answer("key", "print", "x" * 200_000, keep_s=60)
    await state.rows("PRAGMA max_page_count = 2000")
    await state.keep_answer("key", "print", "x" * 200_000, keep_s=60)

    assert (refused.value.code, refused.value.retryable) == ("own_disk_full", True)
    assert await state.answer("key") == ("print", "x" * 200_000)


async def test_file_that_cannot_be_written_is_told_as_such(state: State):
    await state.rows("PRAGMA query_only = ON")

    with pytest.raises(Unavailable, match="readonly"):
        await state.answered(["a"])
