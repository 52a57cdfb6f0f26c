"""The naive baseline: slices of 500 characters, a step of 400, the same dense model, ChromaDB."""

import asyncio
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.knowledge.labelled import Labelled, Paper
from benchmarks.knowledge.quality import ASKED_FOR, Result
from knowledge.indexing.reader import ReaderLimits, read_document
from knowledge.models.embedding import FolderEmbedder

SLICE_CHARS = 500
STEP_CHARS = 400
_LIMITS = ReaderLimits(max_pages=5000, memory_bytes=2**30, timeout_s=60)


async def baseline(
    model: Path, papers: Iterable[Paper], questions: Sequence[Labelled]
) -> list[Result]:
    """Ask the baseline every question; it always believes in what it found."""
    embedder = FolderEmbedder(model)
    slices: dict[str, str] = {}
    for paper in papers:
        text = await read_text(paper)
        for start in range(0, len(text), STEP_CHARS):
            slices[f"{paper.document_id}#{start}"] = text[start : start + SLICE_CHARS]
    vectors = await embedder.embed_passages(list(slices.values()))
    asked = {
        "documents": [
            {"id": name, "vector": vector}
            for name, vector in zip(slices, vectors, strict=True)
        ],
        "questions": [await embedder.embed_query(q.text) for q in questions],
        "limit": ASKED_FOR,
    }
    found = await asyncio.to_thread(_nearest, json.dumps(asked))
    results = []
    for question, names in zip(questions, found, strict=True):
        ranks = (
            rank
            for rank, name in enumerate(names, start=1)
            if question.is_answered_by(name.partition("#")[0], slices[name])
        )
        results.append(Result(question, next(ranks, 0), confident=True))
    return results


def _nearest(asked: str) -> list[list[str]]:
    python = os.environ.get("CHROMA_PYTHON", "")
    done = subprocess.run(
        [python, Path(__file__).with_name("chroma.py")],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
        env={"ANONYMIZED_TELEMETRY": "False", "HOME": tempfile.gettempdir()},
    )
    found: list[list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


async def read_text(paper: Paper) -> str:
    """The whole text, read by our own reader: the baseline gets the better of what there is."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(paper.content)
        file.flush()
        content = await read_document(Path(file.name), paper.name, "", _LIMITS, _unsaid)
    lines = [block.text or " | ".join(block.cells) for block in content.blocks]
    return re.sub(r"[ \t]+", " ", "\n".join([*lines, paper.outcome]))


async def _unsaid(page: int, pages: int) -> None:
    """Nobody is told."""
