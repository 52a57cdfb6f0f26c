"""An index that ends whoever opens it, or holds him for ever: a process of its own tries it first."""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL

import pytest

from contracts.errors import Broken
from knowledge.index.opening import open_apart
from tests.knowledge.service import FRONIUS, knowledge, put
from tests.knowledge.test_damaged import answers
from tests.waiting import until

DYING = """
import os
from qdrant_edge import EdgeShard
load = EdgeShard.load
EdgeShard.load = lambda path: os.abort() if os.path.exists(path + "/deadly") else load(path)
"""
OPENS = """
import asyncio, sys
from pathlib import Path
from knowledge.index.edge import EdgeIndex
asyncio.run(EdgeIndex(Path(sys.argv[1]), None).open())
"""


async def test_an_index_that_ends_who_opens_it_is_made_again_at_the_second_start(
    tmp_path, monkeypatch
):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    [index] = (tmp_path / "knowledge" / "index").iterdir()
    (index / "seal").unlink()
    (index / "shard-0" / "deadly").touch()
    (tmp_path / "sitecustomize.py").write_text(DYING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OPENS, index, stderr=DEVNULL
    )
    assert await process.wait() == -signal.SIGABRT

    async with knowledge(tmp_path) as http:
        await until(lambda: answers(http), what="the index")

    assert (index / "current").read_text() == "shard-1"
    assert not (index / "opening").exists()


async def test_a_good_index_whose_opening_was_cut_short_is_kept(tmp_path):
    """By a power cut, or a hand that did not wait."""
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    [index] = (tmp_path / "knowledge" / "index").iterdir()
    (index / "seal").unlink()
    (index / "opening").write_bytes(b"...")

    async with knowledge(tmp_path) as http:
        assert await answers(http)

    assert (index / "shard-0").exists()
    assert not (index / "opening").exists()


HANGING = """
import time
from qdrant_edge import EdgeShard
EdgeShard.load = lambda path: time.sleep(600)
"""


def test_an_index_that_is_not_open_after_a_while_is_damaged(tmp_path, monkeypatch):
    """The start would wait for it for ever."""
    (tmp_path / "sitecustomize.py").write_text(HANGING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(Broken, match="did not end within 1 s"):
        open_apart(tmp_path / "shard-0", timeout_s=1)
