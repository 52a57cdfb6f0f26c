"""Calls of the knowledge service."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from pydantic import TypeAdapter

from contracts.client import ServiceClient
from contracts.knowledge import (
    Document,
    DocumentText,
    Feedback,
    IndexJob,
    KnowledgeStats,
    SearchAnswer,
    SearchRequest,
)
from contracts.paging import Page

UPLOAD_TIMEOUT_S = 600.0

_PUT_ANSWER: TypeAdapter[IndexJob | Document] = TypeAdapter(IndexJob | Document)


class KnowledgeClient(ServiceClient):
    async def search(
        self, request: SearchRequest, *, timeout_s: float | None = None
    ) -> SearchAnswer:
        """Find the passages that answer a technician's question."""
        response = await self._call(
            "POST",
            "/knowledge/search",
            json=request.model_dump(mode="json"),
            timeout_s=timeout_s,
        )
        return SearchAnswer.model_validate_json(response.content)

    async def put_document(
        self, document_id: str, document: DocumentText
    ) -> IndexJob | Document:
        """Have *document* indexed under its id: the job, or the document where it is indexed already."""
        response = await self._call(
            "PUT",
            f"/knowledge/documents/{quote(document_id, safe='')}",
            json=document.model_dump(mode="json"),
        )
        return _PUT_ANSWER.validate_json(response.content)

    async def feedback(self, feedback: Feedback) -> None:
        """Say whether a search helped; said again, the last word counts."""
        await self._call(
            "POST", "/knowledge/feedback", json=feedback.model_dump(mode="json")
        )

    async def add_form(
        self,
        body: AsyncIterator[bytes],
        *,
        content_type: str,
        size_bytes: int | None = None,
    ) -> IndexJob | Document:
        """
        Pass on a form with a file as it comes, in one try: the job, or the document where this content is indexed.

        Args:
            body: Of ``multipart/form-data``; read once.
            content_type: With its boundary.
            size_bytes: Sent as Content-Length when known.
        """
        headers = {"Content-Type": content_type}
        if size_bytes is not None:
            headers["Content-Length"] = str(size_bytes)
        response = await self._call(
            "POST",
            "/knowledge/documents",
            headers=headers,
            body=lambda: body,
            timeout_s=UPLOAD_TIMEOUT_S,
        )
        return _PUT_ANSWER.validate_json(response.content)

    async def documents(
        self, *, limit: int = 100, cursor: str = "", source: str = ""
    ) -> Page[Document]:
        """List what is indexed, by id; of one *source* alone where it is given."""
        response = await self._call(
            "GET",
            "/knowledge/documents",
            params={"limit": limit, "cursor": cursor, "source": source},
        )
        return Page[Document].model_validate_json(response.content)

    async def document(self, document_id: str) -> Document:
        response = await self._call(
            "GET", f"/knowledge/documents/{quote(document_id, safe='')}"
        )
        return Document.model_validate_json(response.content)

    async def delete_document(self, document_id: str) -> None:
        """Remove a document and all that was made of it."""
        await self._call(
            "DELETE", f"/knowledge/documents/{quote(document_id, safe='')}"
        )

    async def jobs(
        self, *, limit: int = 100, attention: bool = False
    ) -> Page[IndexJob]:
        """List the jobs of indexing, newest first; with *attention* only those that need a person."""
        params = {"limit": limit, "attention": attention or None}
        response = await self._call("GET", "/knowledge/jobs", params=params)
        return Page[IndexJob].model_validate_json(response.content)

    async def job(self, job_id: str) -> IndexJob:
        response = await self._call("GET", f"/knowledge/jobs/{quote(job_id, safe='')}")
        return IndexJob.model_validate_json(response.content)

    async def dismiss_job(self, job_id: str, reason: str) -> IndexJob:
        """Let a failed job rest; harmless twice."""
        response = await self._call(
            "POST",
            f"/knowledge/jobs/{quote(job_id, safe='')}/dismiss",
            json={"reason": reason},
        )
        return IndexJob.model_validate_json(response.content)

    async def stats(self) -> KnowledgeStats:
        """Say which questions found nothing, and what helped."""
        response = await self._call("GET", "/knowledge/stats")
        return KnowledgeStats.model_validate_json(response.content)
