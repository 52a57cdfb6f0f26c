"""What older rules read is said to be outdated, and is read again when it is sent again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.knowledge.service import FRONIUS, knowledge, put


def as_older_rules_left_it(folder: Path) -> None:
    """The rules stand before the fingerprint; the first catalogues knew none."""
    database = folder / "knowledge" / "knowledge.sqlite"
    with closing(sqlite3.connect(database)) as catalogue:
        for table in ("knowledge_documents", "knowledge_jobs"):
            catalogue.execute(
                f"UPDATE {table} SET fingerprint = substr(fingerprint, instr(fingerprint, ':') + 1)"
            )
        catalogue.commit()


@pytest.mark.parametrize("path", ["documents", "documents/symo"])
async def test_what_older_rules_read_is_read_again_when_it_is_sent_again(
    path, tmp_path
):
    async def send(http: httpx.AsyncClient) -> httpx.Response:
        return await http.put(f"/knowledge/{path}?title=Symo&wait=60", content=FRONIUS)

    async with knowledge(tmp_path) as http:
        await send(http)
        await put(http, "other", "State 475 : fusible de terre coupé.")
    as_older_rules_left_it(tmp_path)

    async with knowledge(tmp_path) as http:
        before = await outdated(http)
        read = (await send(http)).json()
        same = (await send(http)).json()
        after = await outdated(http)

    assert before == {"other", read["document_id"]}
    assert after == {"other"}
    assert same == read


async def outdated(http: httpx.AsyncClient) -> set[str]:
    listed = (await http.get("/knowledge/documents")).json()["items"]
    return {found["document_id"] for found in listed if found["outdated"]}
