"""Killed at random moments of indexing; `make bench-knowledge` does it 50 times."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE

import psutil
import pytest

from knowledge.index.edge import EdgeIndex
from tests.knowledge.killed import kill_while_embedding_anew, kill_while_indexing
from tests.knowledge.tiny_model import write_tiny_model

pytestmark = pytest.mark.chaos


async def test_nothing_is_lost_and_nothing_doubled_by_kills_while_indexing(tmp_path):
    counts = await kill_while_indexing(tmp_path, kills=3, seed=7)

    assert counts.kills == 3
    assert counts.lost == []
    assert counts.doubled == []


async def test_searches_find_all_while_another_model_comes_through_kills(tmp_path):
    models = [write_tiny_model(tmp_path / f"model{n}", seed=n) for n in (1, 2)]

    counts = await kill_while_embedding_anew(tmp_path, models, kills=4, seed=2)

    assert counts.kills == 8
    assert counts.lost == []
    assert counts.doubled == []


@pytest.mark.parametrize("writes", [1, 25, None])
async def test_a_kill_while_the_index_is_optimized_loses_nothing(writes, tmp_path):
    """Killed after so many writes beside the optimizing; None: just after the optimized copy took over."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.knowledge.optimized", str(tmp_path), stdout=PIPE
    )
    assert process.stdout is not None
    acknowledged, seen = 0, 0
    async for line in process.stdout:
        acknowledged, seen = int(line.split()[0]), seen + 1
        if seen == writes or b"optimized" in line:
            break
    process.kill()
    await process.wait()

    index = EdgeIndex(tmp_path, 3)
    await index.open()
    held = await index.count()
    await index.maintain()
    after = await index.count()
    await index.close()
    assert held - acknowledged in {0, 1}  # the last write may have been cut off
    assert after == held


async def test_the_optimizing_process_ends_with_a_killed_service(tmp_path):
    """Left behind, it would write into the folder of the next copy, which has the same name."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.knowledge.optimized", str(tmp_path), stdout=DEVNULL
    )
    for _ in range(4000):
        optimizing = psutil.Process(process.pid).children()
        if optimizing and optimizing[0].num_threads() > 1:
            break
        await asyncio.sleep(0.005)
    assert optimizing, "no process optimizes; the disk may be full"
    optimizing[0].suspend()  # so that it does not end by itself

    process.kill()
    await process.wait()
    _, left = psutil.wait_procs(optimizing, timeout=5)

    for orphan in left:
        orphan.kill()
    assert left == []
