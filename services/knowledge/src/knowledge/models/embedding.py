"""Texts as dense vectors: who asks for them at once, and how many runs of the model that makes."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, cast

from knowledge.models.model import Model

BATCH = 32
RUN_CHARS = 1000
"""
Of one run of the model, three sentences or so. What attention needs grows with the run's width squared, and is kept:
two runs of 4,000 at once took 87 MB, of 1,000 18, and those were the quicker ones (MiniLM, int8, two cores).
"""
MOST_THREADS = 8
"""Each at work on a run takes memory of its own."""
QUESTIONS = 8
"""So many questions are embedded together at most."""


class Embedder(Protocol):
    """Texts in, vectors of unit length out. ``name`` changes whenever the vectors would."""

    name: str
    dimension: int
    floor: float
    """The cosine that a question has with a passage about another thing in this model; the mean of some."""

    def words(self, text: str) -> int:
        """How long *text* is: its tokens, in French words of so many."""
        ...

    async def embed_query(self, text: str) -> list[float]: ...

    async def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Embed *texts*: shape ``(len(texts), dimension)``."""
        ...


class FolderEmbedder:
    """
    The model in *folder*, run by fastembed on this machine.

    A run has one thread, and passages are embedded in several runs at once: beside onnxruntime's own threads, which share
    the work of one run and wait for one another, a question took 1.5 ms in place of 1.75 and a passage 5.9 in place of 7.3.

    Args:
        folder: As `docs/knowledge.md` describes it.
        threads: So many runs of passages at once; 0 for one a core, `MOST_THREADS` at most.

    Raises:
        Rejected: The folder does not hold a model that can be run.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self.model = Model(folder)
        self.name, self.floor = self.model.name, self.model.floor
        self.dimension = self.model.dimension
        self._asked: list[tuple[str, asyncio.Future[list[float]]]] = []
        self._answering: set[asyncio.Task[None]] = set()
        self._most = threads or min(os.cpu_count() or 1, MOST_THREADS)
        self._runs = ThreadPoolExecutor(self._most, "embedding")

    def words(self, text: str) -> int:
        return self.model.words(text)

    async def embed_query(self, text: str) -> list[float]:
        """Embed one question; those that come while all threads are at work are embedded together."""
        asked = asyncio.get_running_loop().create_future()
        self._asked.append((text, asked))
        if len(self._answering) < self._most:
            self._answering.add(asyncio.create_task(self._answer()))
        row: list[float] = await asked
        return row

    async def _answer(self) -> None:
        while self._asked:
            batch, self._asked = self._asked[:QUESTIONS], self._asked[QUESTIONS:]
            try:
                questions = [text for text, _ in batch]
                rows = await asyncio.to_thread(self.model.asked, questions)
            except Exception as error:  # noqa: BLE001 - whoever asked gets it
                for _, asked in batch:
                    if not asked.done():
                        asked.set_exception(error)
                continue
            for (_, asked), row in zip(batch, rows, strict=True):
                if not asked.done():  # its caller may have left
                    asked.set_result(row)
        # At once: who asks after this has it done by another task.
        self._answering.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Embed passages, the longest first, in runs of bounded size: a run is as wide as its longest text."""
        places = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        runs = []
        while places:
            count = max(1, RUN_CHARS // max(1, len(texts[places[0]])))
            run, places = places[:count], places[count:]
            runs.append(self._in_turn(texts, run))
        rows: dict[int, list[float]] = {}
        for embedded in await asyncio.gather(*runs):
            rows |= embedded
        return [rows[place] for place in range(len(texts))]

    async def _in_turn(
        self, texts: Sequence[str], places: Sequence[int]
    ) -> dict[int, list[float]]:
        run = [texts[place] for place in places]
        rows = await asyncio.get_running_loop().run_in_executor(
            self._runs, self.model.told, run
        )
        return dict(zip(places, rows, strict=True))
