"""Texts as dense vectors, by an ONNX model in a folder. Nothing here ever asks a model hub."""

import asyncio
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from pydantic import BaseModel, ConfigDict

from contracts.errors import Rejected

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
_MODEL_FILES = (
    "model.onnx",
    "model_optimized.onnx",
    "onnx/model.onnx",
    "model_quantized.onnx",
)
_UNRELATED = (
    "La résistance d'isolement du champ photovoltaïque est trop faible.",
    "Le circulateur de la pompe à chaleur est bloqué par de la boue.",
    "Un badge RFID inconnu a été présenté à la borne de recharge.",
    "Le mot de passe du réseau sans fil doit compter huit caractères.",
    "La garantie court à partir de la date d'achat de l'appareil.",
    "Serrer les vis du rail de fixation au couple indiqué.",
    "La batterie s'arrête lorsque son niveau de charge est trop bas.",
    "Le capteur de température extérieure est posé au nord.",
)


class ModelCard(BaseModel):
    """
    ``knowledge.json`` in a model's folder: how the model wants to be used. Every field may be left out.

    ``query_prefix`` and ``passage_prefix`` are what the model was trained with ("query: " for the E5 family).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = ""
    pooling: str = "mean"
    normalize: bool = True
    query_prefix: str = ""
    passage_prefix: str = ""
    max_tokens: int = 0


class Embedder(Protocol):
    """Texts in, vectors of unit length out. ``name`` changes whenever the vectors would."""

    name: str
    dimension: int
    max_tokens: int
    floor: float
    """The cosine that texts about different things have in this model; the mean of some pairs."""

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
        self._card = _card(folder)
        self._model = _loaded(folder, self._card, threads)
        self._tokenizer = cast("Any", self._model).tokenizer
        truncation = self._tokenizer.truncation or {}
        self.max_tokens = self._card.max_tokens or truncation.get("max_length", 256)
        self._asked: list[tuple[str, asyncio.Future[list[float]]]] = []
        self._answering: asyncio.Task[None] | None = None
        self.name = _fingerprint(folder, self._card)
        unrelated = list(self._model.embed(_UNRELATED))
        self.dimension = len(unrelated[0])
        cosines = [
            float(a @ b)
            for place, a in enumerate(unrelated)
            for b in unrelated[place + 1 :]
        ]
        self.floor = max(0.0, sum(cosines) / len(cosines))

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


def has_model(folder: Path) -> bool:
    """Whether *folder* holds a model."""
    return (folder / "tokenizer.json").is_file() and _model_file(folder) is not None


def model_file(folder: Path) -> str:
    """
    Name the weights in *folder*.

    Raises:
        Rejected: There are none.
    """
    found = _model_file(folder)
    if found is None:
        raise Rejected(
            f"{folder} has no model.onnx; see docs/knowledge.md for its layout."
        )
    return found


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
    name = f"folder/{_fingerprint(folder, card)}"
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


def _model_file(folder: Path) -> str | None:
    return next((name for name in _MODEL_FILES if (folder / name).is_file()), None)


def _card(folder: Path) -> ModelCard:
    path = folder / "knowledge.json"
    if path.is_file():
        return ModelCard.model_validate_json(path.read_bytes())
    config = folder / "config.json"
    name = (
        json.loads(config.read_bytes()).get("_name_or_path", "")
        if config.is_file()
        else ""
    )
    if "e5" in f"{name} {folder.name}".lower():
        return ModelCard(query_prefix="query: ", passage_prefix="passage: ")
    return ModelCard()


def _fingerprint(folder: Path, card: ModelCard) -> str:
    """Name what decides the vectors: the weights' size, the tokenizer and the card."""
    model_file = _model_file(folder)
    digest = hashlib.sha256(card.model_dump_json(exclude={"name"}).encode())
    digest.update((folder / "tokenizer.json").read_bytes())
    if model_file:
        with (folder / model_file).open("rb") as weights:
            digest.update(weights.read(1 << 20))
            digest.update(str(weights.seek(0, os.SEEK_END)).encode())
    return digest.hexdigest()[:16]
