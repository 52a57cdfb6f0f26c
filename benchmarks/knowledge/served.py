"""The service in this process, holding the labelled documents."""

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from benchmarks.knowledge.labelled import Paper
from knowledge.app import create_app
from knowledge.library import Library
from knowledge.settings import KnowledgeSettings
from tests.conftest import run_app


def model_dir() -> Path | None:
    """The model that CI and benchmarks are given; None for search by words alone."""
    named = os.environ.get("KNOWLEDGE_TEST_MODEL_DIR")
    return Path(named) if named else None


@asynccontextmanager
async def labelled_library(
    folder: Path, model: Path | None, papers: Iterable[Paper]
) -> AsyncIterator[Library]:
    """As `labelled_service`, asked without HTTP."""
    async with labelled_service(folder, model, papers) as http:
        transport = http._transport  # noqa: SLF001 - the app in this process
        assert isinstance(transport, httpx.ASGITransport)
        yield transport.app.state.library  # type: ignore[attr-defined]  # a FastAPI


@asynccontextmanager
async def labelled_service(
    folder: Path, model: Path | None, papers: Iterable[Paper]
) -> AsyncIterator[httpx.AsyncClient]:
    """Start the service over *folder* and have *papers* indexed."""
    settings = KnowledgeSettings(
        data_dir=folder,
        knowledge_model_dir=model or folder / "no-model",
        _env_file=None,
    )
    async with run_app(create_app(settings)) as http:
        for paper in papers:
            about = {
                "source": paper.source,
                "title": paper.title,
                "name": paper.name,
                "outcome": paper.outcome,
            }
            answer = await http.put(
                f"/knowledge/documents/{paper.document_id}",
                params={"wait": "120"} | about,
                content=paper.content,
                headers={"Content-Type": "application/octet-stream"},
            )
            answer.raise_for_status()
        yield http
