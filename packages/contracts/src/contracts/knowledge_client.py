"""Calls of the knowledge service."""

from urllib.parse import quote

from pydantic import TypeAdapter

from contracts.client import ServiceClient
from contracts.knowledge import (
    Document,
    DocumentText,
    Feedback,
    IndexJob,
    SearchAnswer,
    SearchRequest,
)

_PUT_ANSWER: TypeAdapter[IndexJob | Document] = TypeAdapter(IndexJob | Document)


class KnowledgeClient(ServiceClient):
    async def search(self, request: SearchRequest) -> SearchAnswer:
        """Find the passages that answer a technician's question."""
        response = await self._call(
            "POST", "/knowledge/search", json=request.model_dump(mode="json")
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
