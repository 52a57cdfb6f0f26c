"""Large files: streamed or in chunks, each once under its name."""

import gc
import itertools
import tracemalloc
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.storage.conftest import Storage
from tests.storage.large import (
    IN_CHUNKS,
    MB,
    STORED,
    VIDEO,
    content,
    in_pieces,
    sent,
)
from tests.storage.nextclouds import Nextcloud


async def test_large_file_of_known_length_is_one_put(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    whole = content(5 * MB)

    answer = await storage.put(VIDEO, content=whole)

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {STORED: whole}
    assert len(sent(nextcloud, "PUT", "video_01")) == 1


async def test_file_of_unknown_length_goes_in_chunks(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    whole = content(5 * MB)

    answer = await storage.put(VIDEO, content=in_pieces(whole))

    assert answer.json()["size_bytes"] == 5 * MB
    assert nextcloud.tree() == {STORED: whole}
    assert sent(nextcloud, "MOVE", "/.file")


async def test_file_above_the_limit_goes_in_chunks_and_leaves_nothing_staged(
    storage_with: Storage, nextcloud: Nextcloud
):
    whole = content(7 * MB)

    async with storage_with(**IN_CHUNKS) as storage:
        answer = await storage.put(
            VIDEO, content=whole, params={"taken_at": "2026-03-25T14:32:01+01:00"}
        )

    assert answer.json()["created"] is True
    assert nextcloud.tree() == {STORED: whole}
    assert len(sent(nextcloud, "PUT", "/uploads/")) == 4


async def test_large_file_under_a_taken_name_is_kept_beside(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write(STORED, b"another's")
    whole = content(3 * MB)

    answers = [await storage.put(VIDEO, content=whole) for _ in range(2)]

    beside = STORED.replace("_01", "_01 (2)")
    assert [answer.json()["path"] for answer in answers] == [beside] * 2
    assert nextcloud.tree() == {STORED: b"another's", beside: whole}


async def test_nobody_looks_for_a_name_in_a_folder_that_was_just_made(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    await storage.put(VIDEO, content=content(3 * MB))
    other = await storage.put(VIDEO, content=content(3 * MB, seed=5))

    asked = [one.method for one in nextcloud.requests if "video_01" in one.path]
    # For the second, whose name is taken, not for the first.
    assert asked.index("PROPFIND") > asked.index("PUT")
    assert other.json()["path"].endswith("video_01 (2).mp4")


async def test_large_file_sent_twice_is_one_file(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    whole = content(3 * MB)

    answers = [await storage.put(VIDEO, content=whole) for _ in range(2)]

    assert [answer.json()["created"] for answer in answers] == [True, False]
    assert nextcloud.tree() == {STORED: whole}


async def test_replacing_a_large_file_says_so(
    storage: httpx.AsyncClient, nextcloud: Nextcloud
):
    nextcloud.write(STORED, b"old")
    whole = content(3 * MB)

    answer = await storage.put(VIDEO, content=whole, params={"on_conflict": "replace"})

    assert answer.status_code == 200, answer.text
    assert nextcloud.tree() == {STORED: whole}


@pytest.mark.parametrize("size_bytes", [10, 3 * MB])
async def test_taken_name_is_a_conflict_where_the_caller_wants_that(
    storage: httpx.AsyncClient, nextcloud: Nextcloud, size_bytes: int
):
    nextcloud.write(STORED, content(size_bytes, seed=9))
    fail = {"on_conflict": "fail"}

    other = await storage.put(VIDEO, content=content(size_bytes), params=fail)
    same = await storage.put(VIDEO, content=content(size_bytes, seed=9), params=fail)

    assert (other.status_code, other.json()["code"]) == (409, "name_taken")
    assert (same.status_code, same.json()["created"]) == (200, False)
    assert len(nextcloud.tree()) == 1


@pytest.mark.parametrize("on_conflict", ["replace", "fail"])
@pytest.mark.parametrize("size_bytes", [10, 3 * MB])
async def test_file_takes_no_folders_place(
    storage: httpx.AsyncClient,
    nextcloud: Nextcloud,
    size_bytes: int,
    on_conflict: str,
):
    """A MOVE without a condition was sent for a large one, and its failure answered with *repeat*."""
    nextcloud.write(f"{STORED}/inside.txt", b"kept")

    answer = await storage.put(
        VIDEO, content=content(size_bytes), params={"on_conflict": on_conflict}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert nextcloud.tree() == {f"{STORED}/inside.txt": b"kept"}
    assert not sent(nextcloud, "MOVE", "")


def test_contents_of_these_tests_differ():
    seeds = itertools.combinations([content(1000, seed) for seed in (1, 5, 9)], 2)

    assert all(one != other for one, other in seeds)


async def test_memory_does_not_grow_with_the_file(
    storage_with: Storage, nextcloud: Nextcloud
):
    """What was sent is let go of at once, not when the collector happens to come by."""
    piece = bytes(100_000)

    async def pieces(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield piece + b""

    async with storage_with(**IN_CHUNKS) as storage:
        await storage.put(VIDEO, content=pieces(60))
        gc.disable()
        tracemalloc.start()
        try:
            await storage.put(VIDEO.replace("01", "02"), content=pieces(400))
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            gc.enable()

    assert peak_bytes < 8 * MB
