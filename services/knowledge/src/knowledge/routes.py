"""Questions in, passages out; and what the answers were worth."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from chassis.json_routes import JSONRoute
from contracts.errors import FieldProblem, Problem, Rejected
from contracts.knowledge import (
    Feedback,
    KnowledgeStats,
    Passage,
    SearchAnswer,
    SearchRequest,
)
from knowledge.answers.answerer import Answerer
from knowledge.search.learning import Learning

router = APIRouter(
    prefix="/knowledge",
    tags=["search"],
    route_class=JSONRoute,
    responses={"4XX": {"model": Problem}, "5XX": {"model": Problem}},
)

_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "model": SearchAnswer | list[Passage],
        "description": "The answer; with `shape=items` the passages alone; with `stream=true` server-sent events.",
        "content": {"text/event-stream": {}},
    }
}


async def _answerer(request: Request) -> Answerer:
    answerer: Answerer = request.app.state.library.answerer
    return answerer


async def _learning(request: Request) -> Learning:
    learning: Learning = request.app.state.library.learning
    return learning


@router.post("/search", response_model=None, responses=_ANSWERS)
async def search(
    question: SearchRequest,
    answerer: Annotated[Answerer, Depends(_answerer)],
    shape: Literal["answer", "items"] = "answer",
    stream: Annotated[
        bool, Query(description="Answer in events, as it is made.")
    ] = False,
) -> Response:
    """Find the passages that answer a technician's question; zero of them is an answer too."""
    if stream and shape == "items":
        raise Rejected(
            "Leave out shape=items or stream=true: events end with the whole answer.",
            code="two_shapes",
            errors=(FieldProblem(field="query.shape", detail="has no events"),),
        )
    if stream:
        return StreamingResponse(
            await answerer.stream(question), media_type="text/event-stream"
        )
    answer = await answerer.answer(question)
    if shape == "items":
        return JSONResponse(
            [passage.model_dump(mode="json") for passage in answer.passages]
        )
    return Response(answer.model_dump_json(), media_type="application/json")


@router.post("/feedback", status_code=204)
async def feedback(
    given: Feedback, learning: Annotated[Learning, Depends(_learning)]
) -> None:
    """Say whether a search helped (👍/👎); said again, the last word counts."""
    await learning.feedback(given.search_id, useful=given.useful)


@router.get("/stats")
async def stats(learning: Annotated[Learning, Depends(_learning)]) -> KnowledgeStats:
    """Say what was asked, which questions found nothing, and which passages helped."""
    return await learning.stats()
