"""A disk without room, and other failures that nobody foresaw: searches go on, and so does indexing afterwards."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from contracts.errors import StorageFull
from knowledge.index.edge import EdgeIndex
from knowledge.room import Room
from tests.full_disk import small_files
from tests.knowledge.points import passage, point
from tests.knowledge.service import FRONIUS, knowledge, put, search
from tests.waiting import until

MORE_THAN_THERE_IS = 2**62
FAILURE = "no such table: knowledge_leaving"


async def test_a_full_disk_is_said_and_searches_and_deletions_go_on(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        await put(http, "old", "State 475 : fusible de terre coupé.")
    async with knowledge(tmp_path, knowledge_reserve_bytes=MORE_THAN_THERE_IS) as http:
        refused = await http.put("/knowledge/documents/new", json={"text": "neuf"})
        found = await search(http, "erreur 567")
        gone = await http.delete("/knowledge/documents/old")
        ready = await http.get("/readyz")
    async with knowledge(tmp_path) as http:
        await put(http, "new", "State 522 : pas de tension.")

    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert "KNOWLEDGE_RESERVE_BYTES" in refused.json()["detail"]
    assert found["confident"]
    assert gone.status_code == 204
    assert ready.status_code == 503
    disk = ready.json()["checks"]["own_disk"]
    assert "KNOWLEDGE_RESERVE_BYTES" in disk["detail"]


async def test_a_quota_that_shows_in_no_free_room_is_said_too(tmp_path):
    async with knowledge(tmp_path) as http:
        with small_files(most_bytes=100_000):
            refused = await http.put(
                "/knowledge/documents/new", json={"text": "neuf " * 40_000}
            )
        uploads = list((tmp_path / "knowledge" / "spool").iterdir())

    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert "Free some" in refused.json()["detail"]
    assert not uploads


async def test_a_data_folder_that_is_gone_is_said_until_it_is_back(tmp_path):
    folder, away = tmp_path / "knowledge", tmp_path / "away"
    async with knowledge(tmp_path) as http:
        folder.rename(away)
        gone = await http.get("/readyz")
        refused = await http.put("/knowledge/documents/new", json={"text": "neuf"})
        away.rename(folder)
        back = await http.get("/readyz")

    assert (gone.status_code, refused.status_code, back.status_code) == (503, 503, 200)
    said = gone.json()["checks"]["own_disk"]
    assert str(folder) in said["detail"]
    assert "restart the service" in said["detail"]
    assert refused.json()["code"] == "unavailable"


async def test_the_index_writes_nothing_into_the_reserve(tmp_path):
    index = EdgeIndex(tmp_path / "index", 3, MORE_THAN_THERE_IS)
    await index.open()

    with pytest.raises(StorageFull):
        await index.upsert([point(passage(0, "isolement"))])

    await index.remove("v1")
    assert await index.count() == 0
    await index.close()


def test_room_is_what_is_free_above_the_reserve(tmp_path):
    Room(tmp_path, 1).demand(1)

    with pytest.raises(StorageFull):
        Room(tmp_path, 1).demand(MORE_THAN_THERE_IS)


def rename(database: Path, table: str, name: str) -> None:
    with contextlib.closing(sqlite3.connect(database, timeout=30)) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO {name}")


async def test_indexing_outlives_what_nobody_foresaw(tmp_path, caplog):
    """A catalogue that fails for a while is one example; a full disk below it fails in the same way."""
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
        catalogue = tmp_path / "knowledge" / "knowledge.sqlite"
        await asyncio.to_thread(rename, catalogue, "knowledge_leaving", "away")
        await http.put(
            "/knowledge/documents/new", json={"text": "State 475 : fusible."}
        )
        await until(lambda: FAILURE in caplog.text, what="the failure")
        await asyncio.to_thread(rename, catalogue, "away", "knowledge_leaving")
        await put(http, "other", "State 522 : pas de tension.")
        found = await search(http, "erreur 522")

    assert found["confident"]
