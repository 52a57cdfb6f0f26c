"""Story: SQLite is outgrown; all that it held goes on in PostgreSQL."""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from demo.stack import Stack
from tests.postgres.cluster import Cluster
from tests.together.house import House, open_house
from tests.together.story import jpegs, technician
from tests.waiting import WAIT_S, until

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]

MOVED = ("gateway", "notifier", "knowledge")


async def moved(stack: Stack, name: str) -> tuple[int | None, str]:
    """``etm-<name> move-database``; its status and what it said."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / f"etm-{name}"),
        "move-database",
        env=stack[name].env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    return process.returncode, said


async def ask(house: House, name: str, path: str, **sent: object) -> httpx.Response:
    async with httpx.AsyncClient(base_url=house.stack.urls[name], timeout=30) as http:
        method = "POST" if sent else "GET"
        return await http.request(method, path, **sent)  # type: ignore[arg-type]  # httpx's own words


async def ended(house: House) -> bool:
    """Whether all reports and all of their steps have ended."""
    return all(
        report["status"] in {"filed", "open"}
        and {step["state"] for step in report["steps"]} <= {"done"}  # type: ignore[attr-defined]
        for report in await house.reports()
    )


async def test_reports_notices_and_documents_move_to_postgres(
    tmp_path: Path, cluster: Cluster
):
    url = await cluster.make_database("moved")
    async with open_house(tmp_path) as house, AsyncExitStack() as closing:
        done = technician(house, "Umzug", "Elefant")
        begun = technician(house, "Später", "Elefant")
        await done.fault("le ventilateur siffle, erreur 712")
        await until(lambda: done.fault_notices() != [], what="the notice")
        await begun.begin()
        await begun.person.send_photo(jpegs(1, seed=51)[0])
        await begun.person.sees("1 photo", after=begun.start)
        async with asyncio.timeout(WAIT_S):
            while not await ended(house):
                await asyncio.sleep(0.2)
        before = await house.reports()
        env = house.stack["gateway"].env | {"DATABASE_URL": url}
        there = Stack(tmp_path, env, lambda _name, _line: None)
        refused = await moved(there, "gateway")
        await house.stack.stop()
        house.stack = there

        said = [await moved(there, name) for name in MOVED]
        again = await moved(there, "gateway")
        await house.stack.start()
        closing.push_async_callback(house.stack.stop)
        await house.stack.ready()

        assert "another process works on" in refused[1]
        assert [status for status, _ in said] == [0, 0, 0], said
        assert again[0] == 1
        assert "already" in again[1]
        assert await house.reports() == before
        notices = (await ask(house, "notifier", "/notifier/notices")).json()["items"]
        assert [notice["status"] for notice in notices] == ["delivered"]
        found = await ask(
            house,
            "knowledge",
            "/knowledge/search",
            json={"query": "ventilateur erreur 712"},
        )
        assert found.json()["passages"][0]["source"] == "Historique SAV"
        await begun.person.press("Envoyer")
        await begun.receipt()
        assert len(begun.files()) == 1
        async with httpx.AsyncClient(
            base_url=house.stack.urls["knowledge"], timeout=60
        ) as http:
            added = await http.put(
                "/knowledge/documents/d1?wait=30", json={"text": "erreur 713"}
            )
        assert added.status_code == 200
