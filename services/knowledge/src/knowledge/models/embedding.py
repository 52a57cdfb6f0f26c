"""Texts as dense vectors, by an ONNX model in a folder. Nothing here ever asks a model hub."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from knowledge.models.folder import (
    ModelCard,
    card_in,
    fingerprint,
    model_file,
    runnable,
)

if TYPE_CHECKING:
    from knowledge.models.resting import RestingTextEmbedding

BATCH = 32
RUN_CHARS = 4000
"""
Of one run of the model. What attention needs grows with the run's width squared, and is kept: 32 passages of 185 tokens
at once took 410 MB, 9 of them 130, 4 of them 65; a passage took at most a seventh longer (MiniLM, int8, two cores).
"""
QUESTIONS = 8
"""So many questions are embedded together at most."""
_PAIRS = (
    (
        "l'onduleur signale un défaut d'isolement côté panneaux",
        "La résistance d'isolement du champ photovoltaïque est trop faible.",
    ),
    (
        "la PAC ne chauffe plus, pompe de circulation coincée",
        "Le circulateur de la pompe à chaleur est bloqué par de la boue.",
    ),
    (
        "carte refusée par la borne",
        "Un badge RFID inconnu a été présenté à la borne de recharge.",
    ),
    (
        "combien de caractères pour la clé wifi",
        "Le mot de passe du réseau sans fil doit compter huit caractères.",
    ),
    (
        "quand commence la garantie",
        "La garantie court à partir de la date d'achat de l'appareil.",
    ),
    (
        "serrage des vis du rail",
        "Serrer les vis du rail de fixation au couple indiqué.",
    ),
    (
        "batterie qui se coupe quand elle est presque vide",
        "La batterie s'arrête lorsque son niveau de charge est trop bas.",
    ),
    (
        "où poser la sonde extérieure",
        "Le capteur de température extérieure est posé au nord.",
    ),
)
"""A question as it is typed and a passage about the same thing; no two pairs about one."""


class Embedder(Protocol):
    """Texts in, vectors of unit length out. ``name`` changes whenever the vectors would."""

    name: str
    dimension: int
    max_tokens: int
    floor: float
    """The cosine that a question has with a passage about another thing in this model; the mean of some."""

    def count_tokens(self, text: str) -> int: ...

    async def embed_query(self, text: str) -> list[float]: ...

    async def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Embed *texts*: shape ``(len(texts), dimension)``."""
        ...


class FolderEmbedder:
    """
    The model in *folder*, run by fastembed on this machine.

    Args:
        folder: As `docs/knowledge.md` describes it.
        threads: Of one run; 0 for one a core.

    Raises:
        Rejected: The folder does not hold a model that can be run.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        with runnable(folder):
            self._open(folder, threads)

    def _open(self, folder: Path, threads: int) -> None:
        self._card = card_in(folder)
        self._model = _loaded(folder, self._card, threads)
        self._tokenizer = cast("Any", self._model).tokenizer
        truncation = self._tokenizer.truncation or {}
        read = self._card.max_tokens or truncation.get("max_length", 256)
        self.max_tokens = read - self.count_tokens(self._card.passage_prefix)
        self._asked: list[tuple[str, asyncio.Future[list[float]]]] = []
        self._answering: asyncio.Task[None] | None = None
        self.name = fingerprint(folder, self._card)
        self.dimension, self.floor = self._measured(self._card)

    def _measured(self, card: ModelCard) -> tuple[int, float]:
        """Size and floor. As the model gets them: E5 finds two passages much more alike than a question and its answer."""
        asked = self._embed([card.query_prefix + question for question, _ in _PAIRS])
        told = self._embed([card.passage_prefix + passage for _, passage in _PAIRS])
        cosines = [
            sum(a * b for a, b in zip(question, passage, strict=True))
            for place, question in enumerate(asked)
            for other, passage in enumerate(told)
            if other != place
        ]
        return len(asked[0]), max(0.0, sum(cosines) / len(cosines))

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    async def embed_query(self, text: str) -> list[float]:
        """Embed one question; those that come while the model is at work are embedded together."""
        asked = asyncio.get_running_loop().create_future()
        self._asked.append((self._card.query_prefix + text, asked))
        if self._answering is None:
            self._answering = asyncio.create_task(self._answer())
        row: list[float] = await asked
        return row

    async def _answer(self) -> None:
        while self._asked:
            batch, self._asked = self._asked[:QUESTIONS], self._asked[QUESTIONS:]
            try:
                rows = await asyncio.to_thread(self._embed, [text for text, _ in batch])
            except Exception as error:  # noqa: BLE001 - whoever asked gets it
                for _, asked in batch:
                    if not asked.done():
                        asked.set_exception(error)
                continue
            for (_, asked), row in zip(batch, rows, strict=True):
                if not asked.done():  # its caller may have left
                    asked.set_result(row)
        self._answering = None

    async def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        prefixed = [self._card.passage_prefix + text for text in texts]
        return await asyncio.to_thread(self._embed, prefixed)

    def _embed(self, texts: list[str]) -> list[list[float]]:
        """The longest first, in runs of bounded size: a run is as wide as its longest text."""
        rows: dict[int, list[float]] = {}
        left = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        while left:
            count = max(1, RUN_CHARS // max(1, len(texts[left[0]])))
            run, left = left[:count], left[count:]
            embedded = self._model.embed([texts[p] for p in run], batch_size=count)
            rows |= zip(run, (row.tolist() for row in embedded), strict=True)
        return [rows[place] for place in range(len(texts))]


def _loaded(folder: Path, card: ModelCard, threads: int) -> "RestingTextEmbedding":
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Late: it costs 100 MB that a service without a model does not need.
    from fastembed import TextEmbedding  # noqa: PLC0415
    from fastembed.common.model_description import (  # noqa: PLC0415
        ModelSource,
        PoolingType,
    )

    from knowledge.models.resting import RestingTextEmbedding  # noqa: PLC0415

    weights = model_file(folder)
    name = f"folder/{fingerprint(folder, card)}"
    if name not in {known["model"] for known in TextEmbedding.list_supported_models()}:
        TextEmbedding.add_custom_model(
            model=name,
            pooling=PoolingType(card.pooling.upper()),
            normalization=card.normalize,
            sources=ModelSource(url="http://localhost/none"),
            dim=1,
            model_file=weights,
        )
    return RestingTextEmbedding(
        name, specific_model_path=str(folder), threads=threads or None
    )
