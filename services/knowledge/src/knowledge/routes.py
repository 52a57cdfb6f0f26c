"""HTTP in, one call, HTTP out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from contracts.knowledge import SearchAnswer, SearchRequest
from knowledge.search import Searcher

router = APIRouter(prefix="/knowledge", tags=["knowledge"])


def _searcher(request: Request) -> Searcher:
    searcher: Searcher = request.app.state.searcher
    return searcher


@router.post("/search")
async def search(
    question: SearchRequest, searcher: Annotated[Searcher, Depends(_searcher)]
) -> SearchAnswer:
    """Find the passages that answer a technician's question; zero of them is an answer too."""
    return await searcher.search(question)
