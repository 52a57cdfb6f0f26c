"""
``python -m tests.knowledge.large_pdf FOLDER PAGES [MODEL]``: a PDF of many pages, through a service killed over it twice.

Prints what it took. `test_large_pdf` runs it with few pages.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from fpdf import FPDF

from tests.knowledge.killed import Process

_MB = 1e6
_LOOK_S = 0.25


@dataclass
class Seen:
    """What a run showed; memory in MB, ``own`` without mapped files."""

    read_s: float = 0
    took_s: float = 0
    """All of it, the starts of the service left out."""
    idle_own_mb: float = 0
    own_mb: float = 0
    resident_mb: float = 0
    reader_mb: float = 0
    processor_s: float = 0
    passages: int = 0
    got: list[int] = field(default_factory=list)
    """How many pages were done, by GET; 0 for each start of the service."""
    told: list[int] = field(default_factory=list)
    """The same by server-sent events."""
    killed_at: list[int] = field(default_factory=list)
    """How many pages were done then; half of them stand for all having been read."""
    last_page_found: bool = False


def write_pdf(path: Path, pages: int) -> None:
    """Write a manual: each page has a heading, a table row by row and some text that no other page has."""
    pdf = FPDF()
    pdf.set_auto_page_break(auto=False)
    pdf.set_font("Helvetica", size=9)
    for number in range(1, pages + 1):
        pdf.add_page()
        pdf.set_font_size(13)
        pdf.multi_cell(0, 8, f"Chapitre {number} : module {number % 97}")
        pdf.set_font_size(9)
        for row in range(12):
            said = f"Etape {row} du module {number}: serrer la borne {row + number} a {row + 1},{number % 10} Nm"
            pdf.set_xy(10, 30 + 9 * row)
            pdf.multi_cell(0, 4, f"{said}, puis mesurer la tension du conducteur.")
        pdf.set_xy(10, 150)
        pdf.multi_cell(0, 4, f"Erreur Z{number}: le relais {number} ne repond plus.")
    pdf.output(str(path))


class Run:
    """One document through as many processes as kills need."""

    def __init__(self, folder: Path, pages: int, model: Path | None = None) -> None:
        self._folder = folder
        self._model = model
        self._pages = pages
        self._job = ""
        self.seen = Seen()

    async def through(self) -> Seen:
        """Killed half read, killed half indexed, then left to its end."""
        pdf = self._folder / "large.pdf"
        await asyncio.to_thread(write_pdf, pdf, self._pages)
        await self._work(until_done=self._pages // 4, pdf=pdf)
        await self._work(until_done=3 * self._pages // 4)
        await self._work(until_done=self._pages)
        return self.seen

    async def _work(self, until_done: int, pdf: Path | None = None) -> None:
        service = Process(self._folder, self._model)
        async with service as http:
            process = psutil.Process(service.process.pid)
            if pdf is not None:
                self.seen.idle_own_mb = process.memory_full_info().uss / _MB
                self._job = await _sent(http, pdf)
            told = asyncio.create_task(self._listen(http))
            started = time.monotonic()
            done = 0
            self.seen.got.append(0)
            while done < until_done:
                await asyncio.sleep(_LOOK_S)
                job = (await http.get(f"/knowledge/jobs/{self._job}")).json()
                assert job["last_error"] is None, job
                reads = job["pages_done"] < self._pages // 2
                if 0 < self.seen.got[-1] < self._pages // 2 <= job["pages_done"]:
                    self.seen.read_s = time.monotonic() - started
                done = job["pages_done"]
                self.seen.got.append(done)
                if job["status"] == "done":
                    break
                self._weigh(process, reading=reads)
            self.seen.took_s += time.monotonic() - started
            if until_done == self._pages:
                await told
                await self._end(http)
            else:
                self.seen.killed_at.append(done)
            self.seen.processor_s += sum(process.cpu_times()[:4])
            service.kill()
            with suppress(httpx.TransportError):
                await told

    async def _listen(self, http: httpx.AsyncClient) -> None:
        self.seen.told.append(0)
        events = f"/knowledge/jobs/{self._job}/events"
        async with http.stream("GET", events) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data:"):
                    self.seen.told.append(json.loads(line[5:])["pages_done"])

    async def _end(self, http: httpx.AsyncClient) -> None:
        ready = (await http.get("/readyz")).json()["checks"]["index"]["detail"]
        self.seen.passages = int(ready.split()[-2])
        asked = {"query": f"erreur Z{self._pages}", "rewrite": "never"}
        found = (await http.post("/knowledge/search", json=asked)).json()
        best = found["passages"][0]
        self.seen.last_page_found = found["confident"] and best["page"] == self._pages

    def _weigh(self, process: psutil.Process, *, reading: bool) -> None:
        seen = self.seen
        memory = process.memory_full_info()
        seen.own_mb = max(seen.own_mb, memory.uss / _MB)
        seen.resident_mb = max(seen.resident_mb, memory.rss / _MB)
        for child in process.children() if reading else ():
            with suppress(psutil.NoSuchProcess):
                seen.reader_mb = max(seen.reader_mb, child.memory_info().rss / _MB)


async def _sent(http: httpx.AsyncClient, pdf: Path) -> str:
    answer = await http.put(
        "/knowledge/documents/large",
        params={"title": "Grande notice"},
        content=_pieces(pdf),
    )
    job: dict[str, Any] = answer.json()
    return str(job["job_id"])


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


async def main() -> None:
    folder, pages = Path(sys.argv[1]), int(sys.argv[2])
    model = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    seen = asdict(await Run(folder, pages, model).through())
    for name in ("got", "told"):
        values = seen.pop(name)
        seen[f"{name}_times"] = len(values)
    sys.stdout.write(json.dumps(seen, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
