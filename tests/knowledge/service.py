"""The service started in this process, as tests use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from knowledge.app import create_app
from knowledge.settings import KnowledgeSettings
from tests.conftest import run_app
from tests.waiting import until

FRONIUS = """Codes d'état
============

State 567 : résistance d'isolement trop faible entre le champ et la terre. Contrôler les connecteurs MC4.

State 102 : tension du réseau trop élevée. Mesurer la tension entre phase et neutre.

Entretien
=========

Nettoyer le ventilateur et les ailettes du radiateur une fois par an.
"""


@asynccontextmanager
async def knowledge(
    folder: Path,
    *,
    llm_transport: httpx.AsyncBaseTransport | None = None,
    **settings: Any,
) -> AsyncIterator[httpx.AsyncClient]:
    """Start the service over *folder*; by words alone unless a model's folder is given."""
    given = {"knowledge_model_dir": folder / "no-model"} | settings
    made = KnowledgeSettings(data_dir=folder, _env_file=None, **given)
    async with run_app(create_app(made, llm_transport=llm_transport)) as http:
        yield http


async def put(
    http: httpx.AsyncClient, document_id: str, text: str, **about: Any
) -> dict[str, Any]:
    """Index a text and wait for it."""
    answer = await http.put(
        f"/knowledge/documents/{document_id}?wait=60",
        json={"text": text, "source": "Notices", "title": document_id} | about,
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def search(
    http: httpx.AsyncClient, question: str, **asked: Any
) -> dict[str, Any]:
    answer = await http.post("/knowledge/search", json={"query": question} | asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def job_status(http: httpx.AsyncClient, sent: httpx.Response) -> str:
    """How far the work is that an answer with 202 has promised."""
    return str((await http.get(sent.headers["location"])).json()["status"])


async def until_done(http: httpx.AsyncClient, sent: httpx.Response) -> None:
    async def is_done() -> bool:
        return await job_status(http, sent) == "done"

    await until(is_done, what="the end of the indexing")


async def passages_left(http: httpx.AsyncClient, expected: int) -> int:
    """How many passages the index holds, once they are *expected* or more than enough time has gone by."""
    held = -1

    async def is_expected() -> bool:
        nonlocal held
        detail = (await http.get("/readyz")).json()["checks"]["index"]["detail"]
        held = int(detail.split()[-2])
        return held == expected

    with suppress(AssertionError):
        await until(is_expected)
    return held
