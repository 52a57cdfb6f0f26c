"""Documents that could not be indexed, and that nobody has to look at any more."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from knowledge.app import create_app
from knowledge.settings import KnowledgeSettings
from tests.conftest import Running
from tests.waiting import WAIT_S

BROKEN = b"%PDF-1.7 nonsense"
PDF = {"Content-Type": "application/pdf"}


@pytest.fixture
def app(tmp_path) -> FastAPI:
    return create_app(KnowledgeSettings(data_dir=tmp_path))


@pytest.fixture
async def http(running: Running, app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with running(app) as http:
        yield http


async def failed(http: httpx.AsyncClient, document: str = "d1") -> str:
    """Have a document fail; its job's path."""
    queued = await http.put(
        f"/knowledge/documents/{document}", content=BROKEN, headers=PDF
    )
    job = queued.headers["Location"]
    async with asyncio.timeout(WAIT_S):
        while (await http.get(job)).json()["status"] != "failed":
            await asyncio.sleep(0.02)
    return job


async def needing(http: httpx.AsyncClient) -> list[str]:
    listed = await http.get("/knowledge/jobs?attention=true")
    return [job["document_id"] for job in listed.json()["items"]]


async def said(http: httpx.AsyncClient) -> str:
    ready = (await http.get("/readyz")).json()
    assert ready["status"] == "ready"
    return str(ready["checks"]["indexing"]["detail"])


async def test_a_failed_job_counts_until_it_is_dismissed(http: httpx.AsyncClient):
    job = await failed(http)
    before = (await needing(http), await said(http))

    first = await http.post(f"{job}/dismiss", json={"reason": "illisible"})
    again = await http.post(f"{job}/dismiss", json={"reason": "illisible"})

    assert before[0] == ["d1"]
    assert "1 failed" in before[1]
    assert first.json()["dismissed"]["reason"] == "illisible"
    assert (first.json()["status"], again.json()) == ("failed", first.json())
    assert (await http.get(job)).json() == first.json()
    assert await needing(http) == []
    assert "failed" not in await said(http)


async def test_a_refusal_that_its_sender_was_told_needs_nobody(
    http: httpx.AsyncClient,
):
    answer = await http.put(
        "/knowledge/documents/d1?wait=30", content=BROKEN, headers=PDF
    )

    [job] = (await http.get("/knowledge/jobs")).json()["items"]
    assert (answer.status_code, answer.json()["code"]) == (422, "not_indexed")
    assert (job["status"], await needing(http)) == ("failed", [])
    assert "sender was told" in job["dismissed"]["reason"]


async def test_a_refusal_that_its_sender_did_not_wait_for_needs_somebody(
    app: FastAPI, http: httpx.AsyncClient
):
    """He asked to wait, and hung up."""
    await hang_up_after(app, BROKEN, "/knowledge/documents/d1", b"wait=30")

    assert await needing(http) == ["d1"]


async def hang_up_after(app: FastAPI, body: bytes, path: str, query: bytes) -> None:
    """Send a PUT and listen for no answer: what a server tells the app of a caller who left."""
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "PUT",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/pdf")],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8003),
    }
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(messages, {"type": "http.disconnect"})

    async def send(_message: MutableMapping[str, Any]) -> None:
        return

    await app(scope, receive, send)


async def test_a_document_that_was_sent_again_speaks_for_itself(
    http: httpx.AsyncClient,
):
    job = await failed(http)
    await http.post(f"{job}/dismiss", json={"reason": "illisible"})

    await failed(http)
    failed_again = await needing(http)
    good = await http.put("/knowledge/documents/d1?wait=30", json={"text": "lisible"})

    assert failed_again == ["d1"]
    assert good.status_code == 200
    assert await needing(http) == []


async def test_only_a_failed_job_is_dismissed_and_with_a_reason(
    http: httpx.AsyncClient,
):
    job = await failed(http)
    await http.put("/knowledge/documents/d2?wait=30", json={"text": "lisible"})
    newest = (await http.get("/knowledge/jobs?limit=1")).json()["items"][0]

    done = await http.post(
        f"/knowledge/jobs/{newest['job_id']}/dismiss", json={"reason": "x"}
    )
    unknown = await http.post("/knowledge/jobs/no/dismiss", json={"reason": "x"})
    silent = await http.post(f"{job}/dismiss", json={"reason": ""})

    assert (done.status_code, unknown.status_code) == (409, 404)
    assert silent.status_code == 422
