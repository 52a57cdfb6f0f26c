"""Documents in, out and away; the jobs that index them."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import AfterValidator

from chassis.json_routes import JSONRoute
from chassis.stopping import Stopping
from contracts.dismissals import DismissRequest
from contracts.errors import NotFound, Problem
from contracts.knowledge import Document, IndexJob, JobStatus
from contracts.paging import Page, Shape
from contracts.texts import PlainText
from knowledge.document_bodies import BODY
from knowledge.documents.intake import Intake
from knowledge.indexing.attention import FailedJobs
from knowledge.indexing.jobs import JobQueue

EVENT_PAUSE_S = 0.3
SILENCE_S = 15
"""Callers and proxies take a longer silence for a broken connection."""
_ENDED = (JobStatus.DONE, JobStatus.FAILED)

router = APIRouter(
    prefix="/knowledge",
    tags=["documents"],
    route_class=JSONRoute,
    responses={"4XX": {"model": Problem}, "5XX": {"model": Problem}},
)

_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": Document},
    202: {"model": IndexJob},
}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def _require_name(document_id: str) -> str:
    if not document_id.strip(".").strip() or _CONTROL.search(document_id):
        raise ValueError(
            "write it with letters or digits: not of dots or blanks alone, and without control characters"
        )
    if "/" in document_id:
        raise ValueError("write another sign for each slash, such as a hyphen")
    return document_id


DocumentId = Annotated[
    str, Path(min_length=1, max_length=200), AfterValidator(_require_name)
]
"""Clients take ``.`` and ``..`` out of an address before they send it, and proxies a slash that is escaped."""
Wait = Annotated[
    float, Query(ge=0, le=240, description="Seconds to wait for the end of the job.")
]

Key = Annotated[str, Header(alias="Idempotency-Key", max_length=255)]


async def _intake(request: Request) -> Intake:
    intake: Intake = request.app.state.library.intake
    return intake


async def _jobs(request: Request) -> JobQueue:
    jobs: JobQueue = request.app.state.library.jobs
    return jobs


Takes = Annotated[Intake, Depends(_intake)]
Jobs = Annotated[JobQueue, Depends(_jobs)]


@router.put("/documents", openapi_extra=BODY, response_model=None, responses=_ANSWERS)
@router.post("/documents", openapi_extra=BODY, response_model=None, responses=_ANSWERS)
async def add_document(
    request: Request, intake: Takes, wait: Wait = 0, idempotency_key: Key = ""
) -> Response:
    """
    Index a document; its id is made of source and title, so that a new version replaces the old one.

    The same content again changes nothing; the same `Idempotency-Key` with another one gets 422.
    """
    return _said(await intake.take(request, key=idempotency_key, wait_s=wait))


@router.put(
    "/documents/{document_id:path}",
    openapi_extra=BODY,
    response_model=None,
    responses=_ANSWERS,
)
async def put_document(
    document_id: DocumentId, request: Request, intake: Takes, wait: Wait = 0
) -> Response:
    """Index a document under an id of the caller's; the same content again changes nothing."""
    return _said(await intake.take(request, document_id, wait_s=wait))


@router.get("/documents")
async def list_documents(
    intake: Takes,
    *,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: PlainText = "",
    source: PlainText = "",
    tag: PlainText = "",
    shape: Shape = "page",
) -> Page[Document] | tuple[Document, ...]:
    """List what is indexed, by id; case and accents of `source` and `tag` do not count. `shape=items` gives the bare array."""
    page = await intake.catalogue.page(
        limit=limit, after=cursor, source=source, tag=tag
    )
    return page.items if shape == "items" else page


@router.get("/documents/{document_id:path}")
async def document(document_id: DocumentId, intake: Takes) -> Document:
    return await intake.catalogue.document(document_id)


@router.delete("/documents/{document_id:path}", status_code=204)
async def delete_document(document_id: DocumentId, intake: Takes) -> None:
    """Remove a document and all that was made of it."""
    await intake.remove(document_id)


@router.delete("/documents")
async def delete_source(
    source: Annotated[PlainText, Query(min_length=1)], intake: Takes
) -> dict[str, int]:
    """Remove all documents of one source, written as they have it: `historique sav` gets 404 where it is `Historique SAV`."""
    return {"removed": await intake.remove_source(source)}


@router.get("/jobs")
async def list_jobs(
    jobs: Jobs,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    attention: Annotated[
        bool,
        Query(
            description="Only those that failed, that nobody dismissed, and whose document was not sent again."
        ),
    ] = False,
    shape: Shape = "page",
) -> Page[IndexJob] | tuple[IndexJob, ...]:
    """List the jobs of indexing, newest first; `shape=items` gives the bare array."""
    page = await jobs.page(limit=limit, before=cursor, attention=attention)
    return page.items if shape == "items" else page


@router.get("/jobs/{job_id}")
async def job(job_id: PlainText, jobs: Jobs) -> IndexJob:
    """Say how far the indexing of one document is."""
    return await jobs.job(job_id)


@router.post("/jobs/{job_id}/dismiss")
async def dismiss_job(
    job_id: PlainText, given: DismissRequest, request: Request
) -> IndexJob:
    """Let a failed job rest: no figure counts it any more."""
    failed: FailedJobs = request.app.state.library.failed
    return await failed.dismiss(job_id, given.reason)


@router.get(
    "/jobs/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def job_events(
    job_id: PlainText, jobs: Jobs, request: Request
) -> StreamingResponse:
    """Tell of a job as server-sent events until it, or the service, has ended; the data of each is the job."""
    first = await jobs.job(job_id)
    return StreamingResponse(
        _events(first, jobs, request.app.state.stopping),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store"},
    )


async def _events(
    job: IndexJob, jobs: JobQueue, stopping: Stopping
) -> AsyncIterator[str]:
    yield _event(job)
    silent_s = 0.0
    while job.status not in _ENDED:
        if await stopping.rest(EVENT_PAUSE_S):
            return
        silent_s += EVENT_PAUSE_S
        try:
            now = await jobs.job(job.job_id)
        except NotFound:
            why = "Its document was deleted."
            now = job.model_copy(update={"status": JobStatus.FAILED, "last_error": why})
        if now != job:
            job, silent_s = now, 0.0
            yield _event(job)
        elif silent_s >= SILENCE_S:
            silent_s = 0.0
            yield ": still at work\n\n"


def _event(job: IndexJob) -> str:
    return f"event: {job.status}\ndata: {job.model_dump_json()}\n\n"


def _said(taken: IndexJob | Document) -> Response:
    content = taken.model_dump(mode="json")
    if isinstance(taken, Document):
        return JSONResponse(content)
    where = {"Location": f"/knowledge/jobs/{taken.job_id}"}
    return JSONResponse(content, status_code=202, headers=where)
