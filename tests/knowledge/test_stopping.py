"""A service that is to end, while callers follow an indexing."""

import asyncio
import signal
from pathlib import Path
from time import perf_counter

from chassis.server import GRACE_S
from tests.knowledge.killed import Process, text_of

LONG = "\n\n".join(text_of(number, 1) for number in range(400))


async def test_who_follows_an_indexing_does_not_hold_the_service(tmp_path: Path):
    """He held a SIGTERM for ten seconds, and was cut off then."""
    service = Process(tmp_path)
    async with service as http:
        put = http.put("/knowledge/documents/x?wait=60", json={"text": LONG})
        waiting = asyncio.create_task(put)
        while not (jobs := (await http.get("/knowledge/jobs?shape=items")).json()):
            await asyncio.sleep(0.02)
        async with http.stream(
            "GET", f"/knowledge/jobs/{jobs[0]['job_id']}/events"
        ) as following:
            lines = following.aiter_lines()
            first = await anext(lines)
            began = perf_counter()
            service.process.send_signal(signal.SIGTERM)
            rest = [line async for line in lines]
        answer = await waiting
        await service.process.wait()
        took_s = perf_counter() - began

    assert first.startswith("event: ")
    assert "event: done" not in rest
    assert answer.status_code == 202
    assert took_s < GRACE_S / 2
