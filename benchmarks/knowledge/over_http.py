"""The whole search over HTTP beside embedding and querying in one process, at one client and at sixteen."""

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import psutil
from fastembed import TextEmbedding

from benchmarks.knowledge.labelled import documents, questions
from benchmarks.knowledge.speed import Pair
from knowledge.index.edge import EdgeIndex
from knowledge.index.edge_query import edge_query
from knowledge.index.passages import Query
from knowledge.models.embedding import FolderEmbedder
from knowledge.words.lexical import SparseVector, tokens
from tests.knowledge.killed import Process

Asker = Callable[[str], Awaitable[object]]

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


async def http_beside_bare(
    folder: Path, model: Path, clients: int
) -> tuple[Pair, Pair]:
    """
    Milliseconds a search, medians of rounds in turns: beside fastembed as it comes, and beside ours alone.

    All are at work all the time, those idle that are not asked: others' load falls on all alike.

    Args:
        folder: Holds the labelled documents, indexed with *model*.
        model: Its folder.
        clients: How many ask at once.
    """
    asked = [q.text for q in questions()]
    took_ms: dict[str, list[float]] = {"library": [], "bare": [], "ours": []}
    async with _bare(folder, model) as bares, Process(folder, model) as http:
        lines = [
            Line(http.base_url.host, http.base_url.port or 0) for _ in range(clients)
        ]
        for line in lines:
            await line.open()
        askers = {name: [bare] * clients for name, bare in bares.items()}
        askers["ours"] = [line.search for line in lines]
        for number in range(ROUNDS + 1):
            for name, asking in askers.items():
                round_ms = await _timed(asking, asked, REQUESTS)
                if number:  # the first warms them up
                    took_ms[name].append(round_ms)
        for line in lines:
            line.close()
    ours_ms = median(took_ms["ours"])
    return (
        Pair(ours_ms, median(took_ms["library"])),
        Pair(ours_ms, median(took_ms["bare"])),
    )


@asynccontextmanager
async def _bare(folder: Path, model: Path) -> AsyncIterator[Mapping[str, Asker]]:
    """
    Embedding and the Edge query in a thread, on a copy of the index, as the service has locked its own.

    ``library`` embeds by fastembed as it comes; ``bare`` as the service does, whose threads rest.
    """
    embedder = FolderEmbedder(model)
    plain = TextEmbedding(f"folder/{embedder.name}", specific_model_path=str(model))
    with tempfile.TemporaryDirectory() as copies:
        name = next((folder / "knowledge" / "index").glob("*-*"))
        copy = shutil.copytree(name, Path(copies) / name.name)
        index = EdgeIndex(copy, embedder.dimension)
        await index.open()
        shard = index._opened_shard().shard  # noqa: SLF001 - what it is measured against

        def queried(question: str, dense: list[float]) -> None:
            words = list(tokens(question))
            query = Query(
                SparseVector(words, [1.0] * len(words)),
                20.0,
                0.7,
                dense,
                0.3,
                embedder.floor,
                limit=9,
            )
            [point.payload for point in shard.query(edge_query(query))]

        def library(question: str) -> None:
            (dense,) = plain.embed([question])
            queried(question, dense.tolist())

        def bare(question: str) -> None:
            (dense,) = embedder._embed([question])  # noqa: SLF001 - without a thread of its own
            queried(question, dense)

        try:
            yield {"library": _in_a_thread(library), "bare": _in_a_thread(bare)}
        finally:
            await index.close()


def _in_a_thread(search: Callable[[str], None]) -> Asker:
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
