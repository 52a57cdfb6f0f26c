"""A newer content of a document ends the work on an older one, and who sent that is told."""

import asyncio
import json

import pytest

from chassis.database import open_database, service_url
from contracts.errors import Rejected
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.contents import Content
from knowledge.documents.tables import metadata
from knowledge.indexing.jobs import JobQueue
from knowledge.indexing.reader import read_document
from tests.knowledge.killed import Process
from tests.knowledge.reading import LIMITS, unsaid
from tests.knowledge.service import FRONIUS, knowledge, passages_left, put, search
from tests.knowledge.test_lanes import MANUAL
from tests.knowledge.test_progress import UPLOAD
from tests.waiting import until


async def last_event(http, location: str) -> dict[str, object]:
    """What is told last of a job."""
    told = await http.get(f"{location}/events")
    last: dict[str, object] = json.loads(told.text.rstrip().split("data: ")[-1])
    return last


async def at_work(http, text: str = MANUAL) -> str:
    """Send a text that is indexed for long; returns where its job is, once the work has begun."""
    sent = await http.put("/knowledge/documents/x", json={"text": text})
    location = str(sent.headers["location"])

    async def has_begun() -> bool:
        return bool((await http.get(location)).json()["pages_done"])

    await until(has_begun, what="the first page")
    return location


async def test_a_newer_content_ends_the_work_on_the_older(tmp_path):
    """A manual was read to its end, for up to half an hour, before the one that took its place was begun."""
    async with knowledge(tmp_path) as http:
        await put(http, "x", FRONIUS)
        older = await at_work(http)
        following = asyncio.create_task(last_event(http, older))
        before = await search(http, "st 567")
        newer = (
            await http.put("/knowledge/documents/x", json={"text": f"{MANUAL} 2"})
        ).json()
        ended = (await http.get(older)).json()
        meanwhile = await search(http, "st 567")
        await put(http, "x", "State 475 : fusible de terre coupé.")
        found = await search(http, "disjoncteur alpha7 475")
        left = await passages_left(http, 1)
        told = await following
        attention = (await http.get("/knowledge/jobs?attention=true")).json()["items"]

    assert ended["status"] == "failed"
    assert f"job {newer['job_id']} took its place" in ended["last_error"]
    assert told["last_error"] == ended["last_error"]
    assert before["confident"] and meanwhile["confident"]
    assert [p["text"] for p in found["passages"]] == [
        "State 475 : fusible de terre coupé."
    ]
    assert left == 1
    assert attention == []


async def test_a_kill_between_two_contents_leaves_the_newer(tmp_path):
    service = Process(tmp_path)
    async with service as http:
        older = await at_work(http)
        newer = await http.put("/knowledge/documents/x", json={"text": FRONIUS})
        service.kill()
    async with Process(tmp_path) as http:
        told = [
            await last_event(http, job) for job in (older, newer.headers["location"])
        ]
        found = await search(http, "st 567")
        left = await passages_left(http, 3)

    assert [one["status"] for one in told] == ["failed", "done"]
    assert newer.json()["job_id"] in str(told[0]["last_error"])
    assert found["confident"]
    assert left == 3
    assert list((tmp_path / "knowledge" / "spool").iterdir()) == []


async def test_a_file_that_is_dropped_before_its_reader_opens_it_is_no_crash(
    tmp_path, caplog
):
    """One content soon after another stood in the log as an error of ours."""
    with pytest.raises(Rejected, match="sent again"):
        await read_document(tmp_path / "gone", "x.txt", "text/plain", LIMITS, unsaid)

    assert caplog.records == []


async def test_who_follows_a_job_is_told_that_its_document_was_deleted(tmp_path):
    async with (
        Process(tmp_path) as http,
        http.stream("GET", f"{await at_work(http)}/events") as answer,
    ):
        lines = answer.aiter_lines()
        first = await anext(lines)
        await http.delete("/knowledge/documents/x")
        told = [line async for line in lines if line.startswith("data: ")][-1]

    last = json.loads(told.removeprefix("data: "))
    assert first == "event: running"
    assert last["status"] == "failed"
    assert "was deleted" in last["last_error"]


async def test_a_job_whose_version_is_published_is_not_taken_the_place_of(tmp_path):
    """Searches see it: it only has to say so. As one that leaves, it would be removed from under them."""
    engine = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    catalogue, jobs = Catalogue(engine), JobQueue(engine)
    older, _ = await jobs.add(UPLOAD)
    await jobs.next(brief=True)
    await jobs.progress(older.job_id, 0, 1)
    await catalogue.publish(
        older.job_id, UPLOAD, Content((), 1, "text/plain"), passages=1, counts={}
    )

    newer, unread = await jobs.add(UPLOAD.model_copy(update={"sha256": "1"}))
    leaving = await catalogue.leaving()
    await jobs.finish(older.job_id)
    ended = await jobs.job(older.job_id)
    await jobs.next(brief=True)
    third, let_go = await jobs.add(UPLOAD.model_copy(update={"sha256": "2"}))
    published = await catalogue.publish(
        newer.job_id, UPLOAD, Content((), 1, "text/plain"), passages=1, counts={}
    )
    replaced = await jobs.job(newer.job_id)
    await engine.dispose()

    assert (unread, leaving) == ([], [])
    assert ended.status == "done"
    assert let_go == [UPLOAD.file]
    assert not published
    assert replaced.status == "failed"
    assert third.job_id in str(replaced.last_error)
