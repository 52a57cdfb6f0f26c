"""The best passages read once more, each beside the question, by a cross-encoder in a folder."""

import asyncio
import math
import os
from collections.abc import Sequence
from pathlib import Path

from knowledge.index.passages import Hit
from knowledge.models.folder import model_file, runnable

RERANK_WEIGHT = 0.5
"""What the cross-encoder adds at most: more than a brand, never as much as a code."""


class Reranker:
    """
    The cross-encoder in *folder*, laid out as an embedding model is.

    Raises:
        Rejected: The folder does not hold one.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        with runnable(folder):
            self._open(folder, threads)

    def _open(self, folder: Path, threads: int) -> None:
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
        self._model = TextCrossEncoder(
            name, specific_model_path=str(folder), threads=threads or None
        )

    async def ranked(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Add to each score what the cross-encoder makes of question and passage, and order anew."""
        texts = [hit.passage.searched_text for hit in hits]
        logits = await asyncio.to_thread(
            lambda: list(self._model.rerank(question, texts))
        )
        raised = [
            hit._replace(score=hit.score + RERANK_WEIGHT / (1 + math.exp(-logit)))
            for hit, logit in zip(hits, logits, strict=True)
        ]
        return sorted(raised, key=lambda hit: -hit.score)
