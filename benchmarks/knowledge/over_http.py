"""The whole search over HTTP beside embedding and querying in one process, at one client and at sixteen."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import httpx
import psutil

from benchmarks.knowledge.bare import Bare
from benchmarks.knowledge.labelled import documents, questions
from benchmarks.knowledge.speed import Pair
from tests.knowledge.killed import Process

Asker = Callable[[str], Awaitable[object]]
Asked = Callable[[str], object]

OURS = "ours"

REQUESTS = 160
ROUNDS = 5
"""Of so many requests each, in turns."""


class Line:
    """One kept-alive connection that speaks just enough HTTP, so that the client costs next to nothing."""

    def __init__(self, host: str, port: int) -> None:
        self._at = (host, port)

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(*self._at)

    async def search(self, question: str) -> bytes:
        body = json.dumps({"query": question, "rewrite": "never"}).encode()
        head = (
            "POST /knowledge/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answered = await self._reader.readuntil(b"\r\n\r\n")
        assert answered.startswith(b"HTTP/1.1 200"), answered
        length = next(
            int(line.split(b":")[1])
            for line in answered.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        return await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


async def idle_memory(folder: Path, model: Path | None) -> float:
    """Resident memory of the service, filled and idle, in MB."""
    server = Process(folder, model)
    async with server:
        await asyncio.sleep(2)
        return psutil.Process(server.process.pid).memory_info().rss / 1e6


async def http_beside_bare(folder: Path, model: Path, clients: int) -> dict[str, Pair]:
    """
    Milliseconds a search, medians of rounds in turns, beside each way of doing less.

    All are at work all the time, those idle that are not asked: others' load falls on all alike.

    Args:
        folder: Holds the labelled documents, indexed with *model*.
        model: Its folder.
        clients: How many ask at once.
    """
    asked = [q.text for q in questions()]
    async with (
        Bare(folder, model).opened() as bare,
        Process(folder, model, "benchmarks.knowledge.bare") as least,
        Process(folder, model) as http,
        _lines(least, clients) as least_lines,
        _lines(http, clients) as lines,
    ):
        askers: dict[str, Sequence[Asker]] = {
            "fastembed": [_in_a_thread(bare.library)] * clients,
            "fastembed in one thread": [_in_a_thread(bare.one_thread)] * clients,
            "that and uvicorn alone": [line.search for line in least_lines],
            OURS: [line.search for line in lines],
        }
        took_ms: dict[str, list[float]] = {name: [] for name in askers}
        for number in range(ROUNDS + 1):
            for name, asking in askers.items():
                round_ms = await _timed(asking, asked, REQUESTS)
                if number:  # the first warms them up
                    took_ms[name].append(round_ms)
    ours_ms = median(took_ms.pop(OURS))
    return {name: Pair(ours_ms, median(rounds)) for name, rounds in took_ms.items()}


@asynccontextmanager
async def _lines(http: httpx.AsyncClient, count: int) -> AsyncIterator[list[Line]]:
    lines = [Line(http.base_url.host, http.base_url.port or 0) for _ in range(count)]
    for line in lines:
        await line.open()
    try:
        yield lines
    finally:
        for line in lines:
            line.close()


def _in_a_thread(search: Asked) -> Asker:
    async def asker(question: str) -> None:
        await asyncio.to_thread(search, question)

    return asker


async def _timed(
    askers: Sequence[Asker],
    asked: list[str],
    requests: int,
) -> float:
    """Milliseconds a search, all *askers* at work at once."""
    left = iter(range(requests))

    async def ask(search: Asker) -> None:
        for number in left:
            await search(asked[number % len(asked)])

    started = time.perf_counter()
    await asyncio.gather(*(ask(search) for search in askers))
    return (time.perf_counter() - started) * 1000 / requests


async def fill(folder: Path, model: Path | None) -> None:
    """Have all labelled documents indexed below *folder*."""
    async with Process(folder, model) as http:
        for paper in documents():
            answer = await http.put(
                f"/knowledge/documents/{paper.document_id}",
                params={
                    "wait": "120",
                    "source": paper.source,
                    "title": paper.title,
                    "name": paper.name,
                },
                content=paper.content,
            )
            answer.raise_for_status()
