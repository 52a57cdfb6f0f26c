"""The seal on an index: files that still open, and are not what was written."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from qdrant_edge import EdgeShard, UpdateOperation
from qdrant_edge import Point as EdgePoint

from contracts.errors import Broken
from knowledge.index.damage import IndexMending
from knowledge.index.edge import EdgeIndex
from knowledge.index.edge_points import edge_point
from tests.knowledge.points import closed_index, passage, point, query


def first(pattern: str):
    """Writes nothing but zeros into the first file of the index that is called so."""

    def spoil(index: Path) -> None:
        path = next(path for path in index.rglob(pattern) if path.stat().st_blocks)
        path.write_bytes(bytes(path.stat().st_size))

    return spoil


def cut(pattern: str):
    def spoil(index: Path) -> None:
        next(index.rglob(pattern)).write_bytes(b"")

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        first("vector_storage-words/store/page_0.dat"),
        first("payload_storage/page_0.dat"),
        first("payload_index/*-map/page_0.dat"),
        cut("mutable_id_tracker.mappings"),
        cut("mutable_id_tracker.versions"),
    ],
)
async def test_files_that_still_open_are_made_again_when_they_are_others(
    spoil, tmp_path
):
    index = await closed_index(tmp_path)
    spoil(tmp_path)

    with pytest.raises(Broken, match="not what was written"):
        await index.open()
    await index.renew()
    await index.upsert([point(passage(2, "isolement"))])

    assert len(await index.search(query("isolement"))) == 1
    await index.close()


@pytest.mark.parametrize("left", [b"", b"\0" * 99, b"[]", b'{"sums": {}}', b"{\xff"])
async def test_a_damaged_seal_vouches_for_nothing(left, tmp_path):
    """Some damage ends the process that opens the index, and would again at the next start."""
    index = await closed_index(tmp_path)
    cut("mutable_id_tracker.mappings")(tmp_path)
    (tmp_path / "seal").write_bytes(left)

    with pytest.raises(Broken, match="seal: not what was written"):
        await index.open()
    await index.renew()
    await index.close()
    await index.open()
    assert await index.count() == 0
    await index.close()


async def test_a_damaged_index_is_known_as_such_until_an_empty_one_took_its_place(
    tmp_path,
):
    index = await closed_index(tmp_path)
    cut("mutable_id_tracker.mappings")(tmp_path)
    with pytest.raises(Broken):
        await index.open()
    (tmp_path / "current.new").mkdir()
    with pytest.raises(IsADirectoryError):
        await index.renew()

    with pytest.raises(Broken, match="not what was written"):
        await index.open()


async def test_a_point_that_stands_under_the_id_of_another_is_damage(tmp_path):
    """So it is where the list of ids is spoilt: the passage is there twice, or in place of another."""
    index = EdgeIndex(tmp_path, 3)
    await index.open()
    await index.close()
    (tmp_path / "seal").unlink()
    strange = edge_point(point(passage(1, "isolement")))
    shard = EdgeShard.load(str(tmp_path / "shard-0"))
    other = passage(2, "isolement").point_id
    twice = EdgePoint(other, strange.vector, strange.payload)
    shard.update(UpdateOperation.upsert_points([twice]))
    shard.flush()
    shard.close()

    await index.open()
    with pytest.raises(IndexMending):
        [points async for points in index.scroll()]
    await index.close()


async def test_an_index_whose_reader_was_killed_is_no_damaged_one(tmp_path):
    """To open it Qdrant writes into its journals: a seal from before would speak against it."""
    index = await closed_index(tmp_path)

    code = (
        "import asyncio, os, pathlib; from knowledge.index.edge import EdgeIndex;"
        f"asyncio.run(EdgeIndex(pathlib.Path({str(tmp_path)!r}), 3).open()); os.kill(os.getpid(), 9)"
    )
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await killed.wait() == -signal.SIGKILL

    await index.open()
    assert len(await index.search(query("isolement"))) == 1
    await index.close()


async def test_an_index_is_sealed_whenever_it_rests(tmp_path):
    """A power failure may spoil what a kill leaves."""
    index = EdgeIndex(tmp_path, 3)
    await index.open()
    await index.upsert([point(passage(1, "isolement"))])
    await index.maintain()
    await index.search(query("isolement"))
    resting = (tmp_path / "seal").exists()
    copy = tmp_path / "copy"
    await index.copy_to(copy)
    await index.upsert([point(passage(2, "isolement"))])
    written = (tmp_path / "seal").exists()
    await index.close()
    cut("mutable_id_tracker.mappings")(copy)

    assert (resting, written) == (True, False)
    with pytest.raises(Broken, match="not what was written"):
        await EdgeIndex(copy, 3).open()


async def test_what_a_kill_left_is_begun_anew_where_it_lacks_passages(tmp_path):
    """Mended in place it would hold all of them, and find none; one that was closed is an older copy."""
    index = await closed_index(tmp_path)
    await index.open()
    await index.renew(lacks=True)
    closed = await index.count()
    await index.close()
    (tmp_path / "seal").unlink()
    await index.open()
    await index.renew()
    killed = await index.count()
    await index.renew(lacks=True)

    assert (closed, killed, await index.count()) == (1, 1, 0)
    await index.close()


async def test_the_doubt_of_a_kill_outlives_a_stop_and_ends_where_nothing_is_lacking(
    tmp_path,
):
    index = await closed_index(tmp_path)
    (tmp_path / "seal").unlink()
    await index.open()
    await index.copy_to(tmp_path / "copy")
    await index.close()  # stopped before anybody looked
    await index.open()
    await index.renew(lacks=False)
    await index.close()
    trusted = (tmp_path / "seal").exists()
    copy = EdgeIndex(tmp_path / "copy", 3)
    await copy.open()
    await copy.close()
    await copy.open()
    await copy.renew(lacks=True)

    assert (trusted, await copy.count()) == (True, 0)
    await copy.close()
