"""The file in which is remembered, and its disk."""

import asyncio
from pathlib import Path

import pytest

from contracts.errors import StorageFull, Unavailable
from storage.state import State

KEPT = "INSERT INTO secrets VALUES ('name', ?)"


@pytest.fixture
def state(tmp_path: Path):
    state = State(tmp_path / "new" / "storage.sqlite")
    yield state
    state.close()


async def test_closing_waits_for_a_statement_whose_caller_was_cancelled(tmp_path: Path):
    """It crashed the process once."""
    for round_ in range(50):
        state = State(tmp_path / f"{round_}.sqlite")
        asking = [asyncio.create_task(state.rows("SELECT 1")) for _ in range(5)]
        await asyncio.sleep(0)
        for task in asking:
            task.cancel()

        state.close()

        await asyncio.gather(*asking, return_exceptions=True)


async def test_full_disk_is_told_as_such_and_passes(state: State):
    """It was a 500, which callers do not try again."""
    await state.rows("PRAGMA max_page_count = 20")

    with pytest.raises(StorageFull) as refused:
        await state.rows(KEPT, "x" * 200_000)
    await state.rows("PRAGMA max_page_count = 2000")
    await state.rows(KEPT, "x" * 200_000)

    assert (refused.value.code, refused.value.retryable) == ("own_disk_full", True)
    assert await state.rows("SELECT value FROM secrets") == [("x" * 200_000,)]


async def test_file_that_cannot_be_written_is_told_as_such(state: State):
    await state.rows("PRAGMA query_only = ON")

    with pytest.raises(Unavailable, match="readonly"):
        await state.rows(KEPT, "x", is_flushed=True)
