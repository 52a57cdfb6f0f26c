"""HTTP in, one call, HTTP out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from contracts.errors import Problem
from contracts.knowledge import SearchAnswer, SearchRequest
from knowledge.search import Searcher

router = APIRouter(
    prefix="/knowledge",
    tags=["search"],
    responses={"4XX": {"model": Problem}, "5XX": {"model": Problem}},
)


def _searcher(request: Request) -> Searcher:
    searcher: Searcher = request.app.state.library.searcher
    return searcher


@router.post("/search")
async def search(
    question: SearchRequest, searcher: Annotated[Searcher, Depends(_searcher)]
) -> SearchAnswer:
    """Find the passages that answer a technician's question; zero of them is an answer too."""
    return await searcher.search(question)
