"""What older rules read is said to be outdated, and is read again when it is sent again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.knowledge.service import FRONIUS, knowledge, put
from tests.waiting import until


def as_older_rules_left_it(folder: Path) -> None:
    """The rules stand before the fingerprint; the first catalogues knew none."""
    bare = "fingerprint = substr(fingerprint, instr(fingerprint, ':') + 1)"
    on_catalogue(folder, f"UPDATE knowledge_documents SET {bare}")
    on_catalogue(folder, f"UPDATE knowledge_jobs SET {bare}")


def on_catalogue(folder: Path, statement: str) -> None:
    database = folder / "knowledge" / "knowledge.sqlite"
    with closing(sqlite3.connect(database)) as catalogue, catalogue:
        catalogue.execute(statement)


@pytest.mark.parametrize("path", ["documents", "documents/symo"])
async def test_what_older_rules_read_is_read_again_when_it_is_sent_again(
    path, tmp_path
):
    async def send(http: httpx.AsyncClient) -> httpx.Response:
        return await http.put(f"/knowledge/{path}?title=Symo&wait=60", content=FRONIUS)

    async with knowledge(tmp_path) as http:
        await send(http)
        await put(http, "other", "State 475 : fusible de terre coupé.")
        await put(http, "sav-1", "Connecteur refait.", source="Historique SAV")
    as_older_rules_left_it(tmp_path)

    async with knowledge(tmp_path) as http:
        before = await outdated(http)
        read = (await send(http)).json()
        same = (await send(http)).json()
        after = await outdated(http)

    assert before == {"other", read["document_id"]}
    assert after == {"other"}
    assert same == read


async def test_what_older_rules_read_before_they_were_replaced_is_outdated(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    as_older_rules_left_it(tmp_path)
    on_catalogue(tmp_path, "DELETE FROM knowledge_documents")
    on_catalogue(tmp_path, "UPDATE knowledge_jobs SET status = 'running'")

    async with knowledge(tmp_path) as http:
        await until(lambda: is_indexed(http))

        assert await outdated(http) == {"symo"}


async def is_indexed(http: httpx.AsyncClient) -> bool:
    return (await http.get("/knowledge/documents/symo")).status_code == 200


async def outdated(http: httpx.AsyncClient) -> set[str]:
    listed = (await http.get("/knowledge/documents")).json()["items"]
    return {found["document_id"] for found in listed if found["outdated"]}
