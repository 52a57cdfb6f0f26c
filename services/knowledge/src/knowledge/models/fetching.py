"""``etm-knowledge fetch-model``: an embedding model from its hub into a folder, on a machine that is online."""

import shutil
from pathlib import Path

import httpx

from contracts.errors import NotFound, Unavailable
from knowledge.models.folder import ModelCard

_KEPT = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "config.json",
)


def fetch_model(name: str, folder: Path) -> Path:
    """
    Download the model *name* of fastembed's list into *folder*, as the service reads it.

    What was there stays until all is there. A download that broke off goes on where it was.

    Raises:
        NotFound: fastembed does not know it; a model of your own is laid out by hand (docs/knowledge.md).
        Unavailable: The hub does not give it whole.
    """
    # Late: nothing else of the service may reach for a hub.
    from fastembed import TextEmbedding  # noqa: PLC0415
    from huggingface_hub import constants, snapshot_download  # noqa: PLC0415

    known = {entry["model"]: entry for entry in TextEmbedding.list_supported_models()}
    if name not in known:
        raise NotFound(
            f"fastembed does not know {name!r}; its list: {', '.join(sorted(known))}"
        )
    entry = known[name]
    under_way = folder.with_name(f"{folder.name}.download")
    try:
        snapshot = snapshot_download(
            entry["sources"]["hf"],
            cache_dir=under_way,
            allow_patterns=[*_KEPT, entry["model_file"], *entry["additional_files"]],
        )
    except (OSError, httpx.HTTPError) as error:  # the library's own are among these
        why = str(error).strip().partition("\n")[0]
        raise Unavailable(
            f"{name} was not fetched whole from {constants.ENDPOINT} ({type(error).__name__}: {why})."
            " Look to the network and to HF_ENDPOINT, then run the command again: it goes on where it was."
        ) from error
    if not (Path(snapshot) / entry["model_file"]).is_file():
        raise NotFound(f"{constants.ENDPOINT} has no {entry['model_file']} of {name}.")
    laid = lay_out(Path(snapshot), entry["model_file"], card_of(name), folder)
    shutil.rmtree(under_way)
    return laid


def card_of(name: str) -> ModelCard:
    """How the model *name* is used, by what its family's authors say."""
    lower = name.lower()
    if "e5" in lower:
        return ModelCard(name=name, query_prefix="query: ", passage_prefix="passage: ")
    pooling = (
        "cls"
        if any(part in lower for part in ("bge", "arctic", "gte", "mxbai"))
        else "mean"
    )
    return ModelCard(name=name, pooling=pooling)


def lay_out(snapshot: Path, model_file: str, card: ModelCard, folder: Path) -> Path:
    """Copy what the service reads of a downloaded model into *folder*."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name in _KEPT:
        if (snapshot / name).is_file():
            shutil.copyfile(snapshot / name, fresh / name)
    shutil.copyfile(snapshot / model_file, fresh / "model.onnx")
    for extra in (snapshot / model_file).parent.glob("*.onnx_data"):
        shutil.copyfile(extra, fresh / extra.name)
    (fresh / "knowledge.json").write_text(
        card.model_dump_json(indent=2), encoding="utf-8"
    )
    shutil.rmtree(folder, ignore_errors=True)
    return fresh.rename(folder)
