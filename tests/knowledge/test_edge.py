"""The embedded index alone: its lock, and its graph built beside readers and writers."""

import asyncio
from contextlib import suppress

import pytest

from contracts.errors import Conflict
from knowledge.index.edge import EdgeIndex
from tests.knowledge.points import passage, point, query


async def test_the_embedded_index_is_open_in_one_process_at_a_time(tmp_path):
    first, second = (
        EdgeIndex(tmp_path / "index", None),
        EdgeIndex(tmp_path / "index", None),
    )
    await first.open()

    with pytest.raises(Conflict, match="another process"):
        await second.open()

    await first.close()
    await second.open()
    await second.close()


async def test_searches_go_on_while_the_graph_is_built_and_writes_survive_it(tmp_path):
    index = EdgeIndex(tmp_path / "index", 3)
    await index.open()
    await index.upsert([point(passage(n, f"isolement {n}")) for n in range(5100)])

    maintaining = asyncio.create_task(index.maintain())
    answers = []
    while not maintaining.done():
        answers.append(bool(await index.search(query("isolement"))))
        await asyncio.sleep(0.01)
    await maintaining
    await index.upsert([point(passage(6000, "isolement"))])
    await index.close()
    again = EdgeIndex(tmp_path / "index", 3)
    await again.open()

    assert len(answers) > 3
    assert all(answers)
    assert await again.count() == 5101
    assert sorted(path.name for path in (tmp_path / "index").glob("shard-*")) == [
        "shard-1"
    ]
    await again.close()


async def test_an_optimized_copy_that_took_over_outlives_the_end_of_the_service(
    tmp_path,
):
    index = EdgeIndex(tmp_path / "index", 3)
    await index.open()
    await index.upsert([point(passage(n, f"isolement {n}")) for n in range(5100)])

    maintaining = asyncio.create_task(index.maintain())
    while not (tmp_path / "index" / "current").exists():
        await asyncio.sleep(0.001)
    maintaining.cancel()
    with suppress(asyncio.CancelledError):
        await maintaining
    await index.close()
    await index.open()

    assert await index.count() == 5100
    await index.close()


async def test_writes_go_on_while_the_graph_is_built(tmp_path):
    """What comes and leaves meanwhile is found and gone at once, and stays so in the optimized index."""
    index = EdgeIndex(tmp_path / "index", 3)
    await index.open()
    await index.upsert([point(passage(n, f"isolement {n}")) for n in range(5100)])
    await index.upsert([point(passage(n, "vieux", version="v2")) for n in range(3)])

    maintaining = asyncio.create_task(index.maintain())
    while not list((tmp_path / "index").glob("shard-1")):
        await asyncio.sleep(0.01)
    for number in range(20):
        late = passage(number, "disjoncteur", version="v3")
        await index.upsert([point(late._replace(digest=f"{number}"))])
    await index.remove("v2")
    found = await index.search(query("disjoncteur", limit=50))
    meanwhile = not maintaining.done()
    await maintaining
    after = await index.search(query("disjoncteur", limit=50))
    await index.close()
    again = EdgeIndex(tmp_path / "index", 3)
    await again.open()

    assert meanwhile
    assert len(found) == len(after) == 20
    assert (await again.count("v2"), await again.count("v3")) == (0, 20)
    assert await again.count() == 5120
    assert [path.name for path in (tmp_path / "index").glob("shard-*")] == ["shard-1"]
    await again.close()
