"""The service as a process that is killed: what is lost, and what is doubled."""

import asyncio
import contextlib
import os
import random
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.knowledge.service import passages_left
from tests.ports import free_port
from tests.waiting import until

DOCUMENTS = 6
PASSAGES = 60


@dataclass
class Counts:
    kills: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


class Process:
    """The service on a free port, over *folder*; or another *module* that is told by the same variables."""

    def __init__(
        self, folder: Path, model: Path | None = None, module: str = "knowledge.app"
    ) -> None:
        self._folder = folder
        self._module = module
        self._model = str(model or folder / "no-model")

    async def __aenter__(self) -> httpx.AsyncClient:
        port = free_port()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
            env=os.environ
            | {
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "PORT": str(port),
                "DATA_DIR": str(self._folder),
                "KNOWLEDGE_MODEL_DIR": self._model,
            },
            cwd=self._folder,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
        await until(self._listens, what="the service")
        return self.http

    async def _listens(self) -> bool:
        try:
            return (await self.http.get("/healthz")).is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.kill()
        await self.process.wait()
        await self.http.aclose()


def text_of(number: int, revision: int) -> str:
    return "\n\n".join(
        f"E{n} : document {number} revision {revision}, le disjoncteur {n} est contrôlé."
        for n in range(1, PASSAGES + 1)
    )


async def kill_while_indexing(folder: Path, kills: int, seed: int) -> Counts:
    """Send documents and new versions of them, kill the service at random moments, and count in the end."""
    chance = random.Random(seed)
    counts = Counts()
    accepted: dict[str, int] = {}
    revision = 0
    while counts.kills < kills:
        server = Process(folder)
        async with server as http:
            timer = asyncio.get_running_loop().call_later(
                chance.uniform(0.02, 0.9), server.kill
            )
            try:
                while True:
                    revision += 1
                    number = chance.randrange(DOCUMENTS)
                    answer = await http.put(
                        f"/knowledge/documents/d{number}",
                        json={"text": text_of(number, revision)},
                    )
                    if answer.status_code == 202:
                        accepted[f"d{number}"] = revision
                    await asyncio.sleep(chance.uniform(0, 0.2))
            except httpx.TransportError:
                counts.kills += 1
            timer.cancel()
    async with Process(folder) as http:
        await _until_idle(http)
        await count_all(http, accepted, counts)
    return counts


async def _until_idle(http: httpx.AsyncClient) -> None:
    for _ in range(600):
        jobs = (await http.get("/knowledge/jobs", params={"limit": 500})).json()[
            "items"
        ]
        ready = (await http.get("/readyz")).json()["checks"]
        if (
            all(job["status"] in {"done", "failed"} for job in jobs)
            and ready["indexing"]["detail"] == "idle"
        ):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the indexer does not come to an end")


async def count_all(
    http: httpx.AsyncClient, accepted: dict[str, int], counts: Counts
) -> None:
    """Each document is there once, in a revision not older than the last one that was acknowledged."""
    expected = PASSAGES * len((await http.get("/knowledge/documents")).json()["items"])
    held = await passages_left(http, expected)
    if held != expected:
        counts.doubled.append(f"{held} passages instead of {expected}")
    for name, revision in accepted.items():
        found = await http.post(
            "/knowledge/search",
            json={"query": f"erreur E7 {name} document {name[1:]}", "limit": 50},
        )
        mine = [
            p["text"]
            for p in found.json()["passages"]
            if p["document_id"] == name and p["text"].startswith("E7 ")
        ]
        if len(mine) != 1:
            (counts.doubled if mine else counts.lost).append(
                f"{name}: {len(mine)} passages E7"
            )
        elif int(mine[0].split("revision ")[1].split(",")[0]) < revision:
            counts.lost.append(f"{name}: {mine[0]} instead of revision {revision}")


async def kill_while_embedding_anew(
    folder: Path, models: list[Path], kills: int, seed: int
) -> Counts:
    """Give the service other models, kill it while it fills their indexes, and ask it all the while."""
    chance = random.Random(seed)
    counts = Counts()
    async with Process(folder) as http:
        for number in range(DOCUMENTS):
            await http.put(
                f"/knowledge/documents/d{number}?wait=60",
                json={"text": text_of(number, 1)},
            )
    for model in models:
        for _ in range(kills):
            service = Process(folder, model)
            async with service as http:
                asyncio.get_running_loop().call_later(
                    chance.uniform(0.05, 0.6), service.kill
                )
                with contextlib.suppress(httpx.TransportError):
                    while True:
                        await _count_passages(http, counts)
            counts.kills += 1
        async with Process(folder, model) as http:
            while (await _count_passages(http, counts)) != "hybrid":
                await asyncio.sleep(0.05)
            await _until_idle(http)
            await count_all(http, {f"d{n}": 1 for n in range(DOCUMENTS)}, counts)
    return counts


async def _count_passages(http: httpx.AsyncClient, counts: Counts) -> str:
    """Ask for what each document has once; says how it was searched."""
    found = await http.post(
        "/knowledge/search", json={"query": "erreur E7", "limit": DOCUMENTS}
    )
    if found.status_code != 200:
        counts.lost.append(found.text)
        return ""
    mine = [p for p in found.json()["passages"] if p["text"].startswith("E7 ")]
    if len(mine) != DOCUMENTS:
        counts.lost.append(f"{len(mine)} passages E7")
    return str(found.json()["mode"])
