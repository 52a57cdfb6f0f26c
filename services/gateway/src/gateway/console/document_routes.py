"""Documents: what is indexed, more of them, fewer of them, and which are missing."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from contracts.knowledge import FAULTS, Document, JobStatus
from contracts.texts import PlainText
from gateway.console import small_form, uploading
from gateway.console.asking import Away, asked, done
from gateway.console.pages import onward, page
from gateway.console.parts import Needs, Parts

LISTED = 50
_JOBS = 100

DocumentId = Annotated[PlainText, Path(min_length=1, max_length=200)]
JobId = Annotated[str, Path(pattern=r"^[a-z0-9]{1,64}$")]

router = APIRouter(include_in_schema=False, dependencies=[Depends(Needs("knowledge"))])
may_write = Depends(Needs("knowledge", write=True))


@router.get("/documents")
async def list_documents(
    request: Request,
    parts: Parts,
    cursor: Annotated[PlainText, Query(max_length=200)] = "",
    shelf: Annotated[PlainText, Query(max_length=200)] = "",
) -> Response:
    documents, jobs, failed, stats = await asyncio.gather(
        asked(
            "knowledge",
            parts.knowledge.documents(limit=LISTED, cursor=cursor, source=shelf),
        ),
        asked("knowledge", parts.knowledge.jobs(limit=_JOBS)),
        asked("knowledge", parts.knowledge.jobs(limit=_JOBS, attention=True)),
        asked("knowledge", parts.knowledge.stats()),
    )
    newest = () if isinstance(jobs, Away) else jobs.items
    under_way = [j for j in newest if j.status in {JobStatus.QUEUED, JobStatus.RUNNING}]
    return page(
        request,
        "documents.html",
        documents=documents,
        under_way=under_way,
        failed=() if isinstance(failed, Away) else failed.items,
        stats=stats,
        shelf=shelf,
        shelves=sorted({"Notices", FAULTS}),
        is_first=not cursor,
    )


@router.post("/documents", dependencies=[may_write])
async def upload(request: Request, parts: Parts) -> Response:
    """Hand the form on to knowledge as it comes."""
    taken = await uploading.passed_on(request, parts.knowledge)
    if isinstance(taken, Document):
        return onward(_path(taken.document_id), "known")
    return onward(f"/jobs/{taken.job_id}")


@router.get("/documents/{document_id}")
async def show_document(
    request: Request, document_id: DocumentId, parts: Parts
) -> Response:
    document = await asked("knowledge", parts.knowledge.document(document_id))
    return page(request, "document.html", document=document)


@router.get("/documents/{document_id}/delete", dependencies=[may_write])
async def ask_delete(
    request: Request, document_id: DocumentId, parts: Parts
) -> Response:
    document = await asked("knowledge", parts.knowledge.document(document_id))
    return page(request, "delete.html", document=document)


@router.post("/documents/{document_id}/delete", dependencies=[may_write])
async def delete(document_id: DocumentId, parts: Parts) -> Response:
    await done("knowledge", parts.knowledge.delete_document(document_id))
    return onward("/documents", "deleted")


@router.get("/jobs/{job_id}")
async def show_job(request: Request, job_id: JobId, parts: Parts) -> Response:
    job = await asked("knowledge", parts.knowledge.job(job_id))
    return page(request, "job.html", job=job)


@router.get("/jobs/{job_id}/dismiss", dependencies=[may_write])
async def ask_dismiss(request: Request, job_id: JobId, parts: Parts) -> Response:
    job = await done("knowledge", parts.knowledge.job(job_id))
    return page(
        request,
        "dismiss.html",
        what="document",
        about=job.document_id,
        back=f"/jobs/{job_id}",
    )


@router.post("/jobs/{job_id}/dismiss", dependencies=[may_write])
async def dismiss(request: Request, job_id: JobId, parts: Parts) -> Response:
    reason = await small_form.reason(request)
    await done("knowledge", parts.knowledge.dismiss_job(job_id, reason))
    return onward(f"/jobs/{job_id}", "dismissed")


def _path(document_id: str) -> str:
    return f"/documents/{quote(document_id, safe='')}"
