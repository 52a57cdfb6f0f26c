"""What durable work forgets, and what it does not."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from tests.gateway.works import durable_work, opened, unfinished


async def test_ended_work_is_forgotten_and_what_goes_on_is_not(tmp_path):
    work = durable_work(tmp_path)
    go_on = asyncio.Event()

    async def wait(name: str) -> str:
        async def until_free() -> str:
            if name == "long":
                await go_on.wait()
            return name

        return await work.step("wait", until_free)

    async with opened(tmp_path, "wait", wait, work):
        for name in ("a", "b", "c", "long"):
            await work.start("wait", name, name)
        for name in ("a", "b", "c"):
            await work.result(name)
        soon = datetime.now(UTC) + timedelta(seconds=1)

        early = await work.forget_ended(soon - timedelta(hours=1), at_most=10)
        counts = [await work.forget_ended(soon, at_most=2) for _ in range(3)]
        left = await unfinished()
        go_on.set()

        assert await work.result("long") == "long"
    assert (early, counts, left) == (0, [2, 1, 0], 1)
    with closing(sqlite3.connect(tmp_path / "gateway-work.sqlite")) as file:
        rows = file.execute("SELECT DISTINCT workflow_uuid FROM operation_outputs")
        assert rows.fetchall() == [("long",)]
