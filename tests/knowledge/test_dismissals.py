"""Documents that could not be indexed, and that nobody has to look at any more."""

from collections.abc import AsyncIterator

import httpx
import pytest

from knowledge.app import create_app
from knowledge.settings import KnowledgeSettings
from tests.conftest import Running

BROKEN = b"%PDF-1.7 nonsense"
PDF = {"Content-Type": "application/pdf"}


@pytest.fixture
async def http(running: Running, tmp_path) -> AsyncIterator[httpx.AsyncClient]:
    async with running(create_app(KnowledgeSettings(data_dir=tmp_path))) as http:
        yield http


async def failed(http: httpx.AsyncClient, document: str = "d1") -> str:
    """Have a document fail; its job's path."""
    await http.put(
        f"/knowledge/documents/{document}?wait=30", content=BROKEN, headers=PDF
    )
    newest = (await http.get("/knowledge/jobs?limit=1")).json()["items"][0]
    assert newest["status"] == "failed"
    return f"/knowledge/jobs/{newest['job_id']}"


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
