"""Calls of the knowledge service."""

from contracts.client import ServiceClient
from contracts.knowledge import SearchAnswer, SearchRequest


class KnowledgeClient(ServiceClient):
    async def search(self, request: SearchRequest) -> SearchAnswer:
        """Find the passages that answer a technician's question."""
        response = await self._call(
            "POST", "/knowledge/search", json=request.model_dump(mode="json")
        )
        return SearchAnswer.model_validate_json(response.content)
