"""A folder with a model, as docs/knowledge.md lays it out: what is in it, and whether that can be used."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from contracts.errors import Rejected

_MODEL_FILES = (
    "model.onnx",
    "model_optimized.onnx",
    "onnx/model.onnx",
    "model_quantized.onnx",
)

_WINDOW = re.compile(r'"truncation":\s*\{[^}]*"max_length":\s*(\d+)')
_BEGINNING = 1000


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


@contextmanager
def runnable(folder: Path) -> Iterator[None]:
    """
    Load the model in *folder*.

    Raises:
        Rejected: It is broken; onnxruntime, tokenizers and pydantic each have their own error for that.
    """
    try:
        yield
    except Exception as error:
        why = str(error).strip().partition("\n")[0][:200]
        raise Rejected(f"The model in {folder} cannot be run: {why}") from error


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


def _model_file(folder: Path) -> str | None:
    return next((name for name in _MODEL_FILES if (folder / name).is_file()), None)


def card_in(folder: Path) -> ModelCard:
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


def window_in(folder: Path, card: ModelCard) -> int:
    """
    How many tokens are read at once: what the card says, else the maker's tokenizer; 0 where neither does.

    fastembed takes the most that the model can read, though it may have been trained with fewer.
    """
    with (folder / "tokenizer.json").open(encoding="utf-8") as tokenizer:
        beginning = tokenizer.read(_BEGINNING)  # whole it takes 200 MB to parse
    said = _WINDOW.search(beginning)
    return card.max_tokens or (int(said[1]) if said else 0)


def fingerprint(folder: Path, card: ModelCard) -> str:
    """Name what decides the vectors: the weights' beginning and size, the tokenizer and the card."""
    model_file = _model_file(folder)
    digest = hashlib.sha256(card.model_dump_json(exclude={"name"}).encode())
    digest.update((folder / "tokenizer.json").read_bytes())
    if model_file:
        _update(digest, folder / model_file)
        for beside in sorted((folder / model_file).parent.glob("*.onnx_data")):
            _update(digest, beside)
    return digest.hexdigest()[:16]


def _update(digest: "hashlib._Hash", path: Path) -> None:
    """Add a large file's beginning and size."""
    with path.open("rb") as weights:
        digest.update(weights.read(1 << 20))
        digest.update(str(weights.seek(0, os.SEEK_END)).encode())
