"""Brief uploads beside large ones, with the real service."""

import asyncio

from knowledge.index.edge import EdgeIndex
from knowledge.indexing.writing import write
from knowledge.models.embedding import BATCH
from tests.knowledge.points import passage
from tests.knowledge.service import (
    job_status,
    knowledge,
    passages_left,
    put,
    search,
    until_done,
)

MANUAL = "\n\n".join(
    f"Point {n} : le disjoncteur alpha{n} du coffret est contrôlé une fois par an."
    for n in range(6000)
)


async def test_a_past_fault_is_found_while_a_manual_is_being_indexed(tmp_path):
    async with knowledge(tmp_path) as http:
        manual = await http.put(
            "/knowledge/documents/manual", json={"text": MANUAL, "title": "Manuel"}
        )
        await put(http, "sav-1", "Meyer : 567 par temps de pluie, connecteur refait.")
        found = await search(http, "567 pluie")
        meanwhile = await job_status(http, manual)
        await until_done(http, manual)
        in_manual = await search(http, "disjoncteur alpha4711")

    assert found["confident"]
    assert found["passages"][0]["document_id"] == "sav-1"
    assert meanwhile == "running"
    assert in_manual["passages"][0]["document_id"] == "manual"


async def test_a_manual_deleted_while_it_is_indexed_leaves_nothing(tmp_path):
    async with knowledge(tmp_path) as http:
        large = await http.put("/knowledge/documents/x", json={"text": MANUAL})
        while not (await http.get(large.headers["location"])).json()["pages_done"]:
            await asyncio.sleep(0.01)
        await http.delete("/knowledge/documents/x")
        await put(http, "sav-1", "Meyer : 567 par temps de pluie.")
        found = await search(http, "disjoncteur contrôlé coffret")
        left = await passages_left(http, 1)

    assert {p["document_id"] for p in found["passages"]} <= {"sav-1"}
    assert left == 1


async def test_a_manual_is_cut_batch_by_batch(tmp_path):
    """What is cut at once holds others up; each batch is written before the next is cut."""
    cut: list[int] = []

    def cutting():
        for number in range(3 * BATCH):
            cut.append(number)
            yield passage(number, "disjoncteur")

    async def done(_batch):
        seen.append(len(cut))

    seen: list[int] = []
    index = EdgeIndex(tmp_path, None)
    await index.open()
    written = await write(index, None, cutting(), done)
    await index.close()

    assert seen == [BATCH, 2 * BATCH, 3 * BATCH]
    assert written.passages == 3 * BATCH
