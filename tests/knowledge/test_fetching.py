"""``etm-knowledge fetch-model``, as a person runs it, at a hub that speaks what the real one does."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from knowledge.models.folder import ModelCard
from tests.knowledge.service import FRONIUS, knowledge, put, search
from tests.knowledge.tiny_model import write_tiny_model
from tests.peers.hub import Hub
from tests.peers.serving import served

REPOSITORY = "Qdrant/paraphrase-multilingual-MiniLM-L12-v2-onnx-Q"
"""Where the default model is fetched from."""


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    folder = write_tiny_model(tmp_path / "hub")
    (folder / "model.onnx").rename(folder / "model_optimized.onnx")
    (folder / "README.md").write_text("not needed")
    return Hub(REPOSITORY, folder)


@asynccontextmanager
async def at(hub: Hub) -> AsyncIterator[str]:
    async with served(hub.app(), "127.0.0.1", 0) as url:
        yield url


async def fetch(url: str, folder: Path, *asked: str) -> tuple[int, str]:
    """Run the command against the hub at *url*; its status, and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "knowledge.command",
        "fetch-model",
        *asked,
        "--into",
        str(folder),
        env=os.environ
        | {
            "HF_ENDPOINT": url,
            "HF_HOME": str(folder.parent / "home"),
            "HF_HUB_OFFLINE": "0",  # a service in this process sets it
        },
        cwd=folder.parent,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    return process.returncode or 0, f"{said.decode()}{complained.decode()}"


async def test_a_fetched_model_is_what_the_service_searches_with(hub, tmp_path):
    async with at(hub) as url:
        status, said = await fetch(url, tmp_path / "model")
    async with knowledge(tmp_path, knowledge_model_dir=tmp_path / "model") as http:
        await put(http, "symo", FRONIUS)
        found = await search(http, "résistance d'isolement")

    assert status == 0, said
    assert f"is in {tmp_path / 'model'}" in said
    assert found["mode"] == "hybrid"
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "config.json",
        "knowledge.json",
        "model.onnx",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
    ]
    assert not list(tmp_path.glob("model.*")), "what was downloaded is moved"
    card = ModelCard.model_validate_json(
        (tmp_path / "model" / "knowledge.json").read_bytes()
    )
    assert card.name.endswith("paraphrase-multilingual-MiniLM-L12-v2")


@pytest.mark.slow
async def test_a_download_that_breaks_off_goes_on_where_it_was(hub, tmp_path):
    """The library keeps what came in whole pieces of 10 MiB."""
    weights = bytes(range(256)) * (12 << 12)
    (hub.folder / "model_optimized.onnx").write_bytes(weights)
    hub.cuts, hub.cut_at = 1, 11 << 20
    async with at(hub) as url:
        status, said = await fetch(url, tmp_path / "model")

    assert status == 0, said
    assert hub.ranges == ["", f"bytes={10 << 20}-"]
    assert (tmp_path / "model" / "model.onnx").read_bytes() == weights


@pytest.mark.slow
async def test_a_failed_download_says_what_to_do_and_the_old_model_stays(hub, tmp_path):
    old = write_tiny_model(tmp_path / "model", seed=2)
    before = (old / "model.onnx").read_bytes()
    hub.cuts, hub.is_reset = 1000, True
    async with at(hub) as url:
        status, said = await fetch(url, old)
        hub.cuts = 0
        again, _ = await fetch(url, old)

    assert status == 1
    assert "(ReadError: " in said.splitlines()[-1]
    assert "run the command again" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert again == 0
    assert (old / "model.onnx").read_bytes() != before


async def test_a_model_that_nobody_knows_is_named_with_those_there_are(hub, tmp_path):
    async with at(hub) as url:
        status, said = await fetch(url, tmp_path / "model", "nobody/knows-it")

    assert status == 1
    assert "nobody/knows-it" in said
    assert "intfloat/multilingual-e5-large" in said
    assert not (tmp_path / "model").exists()


async def test_a_model_that_the_hub_has_not_says_so(hub, tmp_path):
    async with at(hub) as url:
        status, said = await fetch(
            url, tmp_path / "model", "intfloat/multilingual-e5-large"
        )

    assert status == 1
    assert "Traceback" not in said
    assert "intfloat/multilingual-e5-large" in said.splitlines()[-1]


async def test_without_a_network_it_says_so_and_ends(tmp_path):
    started = time.monotonic()
    status, said = await fetch("http://127.0.0.1:9", tmp_path / "model")

    assert status == 1
    assert "Traceback" not in said
    assert "http://127.0.0.1:9" in said.splitlines()[-1]
    assert time.monotonic() - started < 60
