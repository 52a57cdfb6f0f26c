"""The best passages read once more, each beside the question, by a cross-encoder in a folder."""

import asyncio
import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from knowledge.index.passages import Hit
from knowledge.models.embedding import MOST_THREADS
from knowledge.models.folder import model_file, runnable

RERANK_WEIGHT = 0.5
"""What the cross-encoder adds at most: more than a brand, never as much as a code."""


class Reranker:
    """
    The cross-encoder in *folder*, laid out as an embedding model is; each passage is a run of one thread.

    Args:
        folder: As `docs/knowledge.md` describes it.
        threads: So many runs at once; 0 for one a core, `MOST_THREADS` at most.

    Raises:
        Rejected: The folder does not hold one.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        with runnable(folder):
            self._open(folder)
        most = threads or min(os.cpu_count() or 1, MOST_THREADS)
        self._runs = ThreadPoolExecutor(most, "reranking")

    def _open(self, folder: Path) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        # Late: it costs memory that a service without a reranker does not need.
        from fastembed.common.model_description import ModelSource  # noqa: PLC0415
        from fastembed.rerank.cross_encoder import TextCrossEncoder  # noqa: PLC0415

        name = f"folder/{folder.resolve()}"
        if name not in {m["model"] for m in TextCrossEncoder.list_supported_models()}:
            TextCrossEncoder.add_custom_model(
                model=name,
                sources=ModelSource(url="http://localhost/none"),
                model_file=model_file(folder),
            )
        self._model = TextCrossEncoder(name, specific_model_path=str(folder), threads=1)
        self._logit("panne", "panne")  # an embedding model can be loaded too

    async def ranked(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Add to each score what the cross-encoder makes of question and passage, and order anew."""
        likings = await asyncio.gather(*(self._liking(question, hit) for hit in hits))
        raised = [
            hit._replace(score=hit.score + RERANK_WEIGHT * liking)
            for hit, liking in zip(hits, likings, strict=True)
        ]
        return sorted(raised, key=lambda hit: -hit.score)

    async def _liking(self, question: str, hit: Hit) -> float:
        """From 0 to 1: how well the passage answers."""
        text = hit.passage.searched_text
        logit = await asyncio.get_running_loop().run_in_executor(
            self._runs, self._logit, question, text
        )
        return (1 + math.tanh(logit / 2)) / 2  # the logistic function, at any logit

    def _logit(self, question: str, text: str) -> float:
        [logit] = self._model.rerank(question, [text])
        return float(logit)
