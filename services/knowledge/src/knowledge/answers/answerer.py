"""What a search answers: its passages, and the words made of them."""

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

from contracts.errors import Rejected, ServiceError
from contracts.knowledge import Passage as AnswerPassage
from contracts.knowledge import SearchAnswer, SearchRequest
from knowledge.answers.rewriting import Rewriter, held
from knowledge.index.passages import Hit, Passage
from knowledge.search.learning import Asked, Learning
from knowledge.search.searcher import Found, Searcher

NOTHING_FOUND = "Je ne trouve pas de réponse dans les documents indexés."
ALWAYS_TIMEOUT_S = 120.0
"""How long ``rewrite=always`` waits; n8n gives up after 300 s."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Searches, has the passages rewritten where a model is there, and remembers the question."""

    searcher: Searcher
    learning: Learning
    rewriter: Rewriter | None

    async def answer(self, request: SearchRequest) -> SearchAnswer:
        """
        Answer a question.

        Raises:
            Unavailable: The index does not answer; with ``rewrite=always`` also the model.
            Rejected: ``rewrite=always``, and no model is set.
        """
        found, answer = await self._found(request)
        timeout_s = self._rewrites(request, found)
        if timeout_s is None or self.rewriter is None:
            return answer
        try:
            leads = await self.rewriter.leads(
                request.query, _passages(found), timeout_s
            )
        except ServiceError:
            if request.rewrite == "always":
                raise
            leads = None
        return self._rewritten(answer, found, leads)

    async def stream(self, request: SearchRequest) -> AsyncIterator[str]:
        """
        Answer in server-sent events: ``passages`` at once, each ``piece`` of the leads, ``answer`` in the end.

        Raises:
            Unavailable: The index does not answer.
            Rejected: ``rewrite=always``, and no model is set.
        """
        found, answer = await self._found(request)
        return self._events(request, found, answer)

    async def _events(
        self, request: SearchRequest, found: Found, answer: SearchAnswer
    ) -> AsyncIterator[str]:
        yield _event("passages", answer.model_dump_json())
        timeout_s = self._rewrites(request, found)
        if timeout_s is not None and self.rewriter is not None:
            pieces = []
            try:
                async for piece in self.rewriter.pieces(
                    request.query, _passages(found), timeout_s
                ):
                    pieces.append(piece)
                    yield _event(
                        "piece", json.dumps({"text": piece}, ensure_ascii=False)
                    )
                leads = held("".join(pieces), _passages(found))
            except ServiceError:
                leads = None
            answer = self._rewritten(answer, found, leads)
        yield _event("answer", answer.model_dump_json())

    async def _found(self, request: SearchRequest) -> tuple[Found, SearchAnswer]:
        if request.rewrite == "always" and self.rewriter is None:
            raise Rejected(
                "No language model is set: set OLLAMA_URL or LLM_URL, or ask with rewrite=auto."
            )
        found = await self.searcher.find(request)
        search_id = uuid.uuid4().hex
        self.learning.remember(_asked(search_id, request, found))
        return found, _answer(search_id, request, found)

    def _rewrites(self, request: SearchRequest, found: Found) -> float | None:
        """For how long the model may write; None for not at all."""
        if self.rewriter is None or request.rewrite == "never" or not found.confident:
            return None
        return (
            ALWAYS_TIMEOUT_S if request.rewrite == "always" else self.rewriter.timeout_s
        )

    def _rewritten(
        self, answer: SearchAnswer, found: Found, leads: str | None
    ) -> SearchAnswer:
        found.clock.lap("rewriting")
        made: dict[str, object] = {"took_ms": found.clock.took_ms()}
        if leads is not None and self.rewriter is not None:
            made |= {"answer": leads, "answered_by": self.rewriter.model}
        return answer.model_copy(update=made)


def _answer(search_id: str, request: SearchRequest, found: Found) -> SearchAnswer:
    quoted = "\n\n".join(_quoted(passage) for passage in _passages(found))
    return SearchAnswer(
        search_id=search_id,
        query=request.query,
        passages=tuple(_answered(hit) for hit in found.hits),
        answer=quoted if found.confident else NOTHING_FOUND,
        answered_by="passages" if found.confident else "nothing",
        confident=found.confident,
        mode="hybrid" if found.hybrid else "lexical",
        took_ms=found.clock.took_ms(),
    )


def _passages(found: Found) -> list[Passage]:
    return [hit.passage for hit in found.hits]


def _answered(hit: Hit) -> AnswerPassage:
    found = hit.passage
    return AnswerPassage(
        text=found.text,
        source=found.source,
        title=found.title,
        page=found.page,
        section=found.section,
        score=round(hit.score, 4),
        document_id=found.document_id,
    )


def _quoted(passage: Passage) -> str:
    page = f", p. {passage.page}" if passage.page else ""
    return f"{passage.text}\n({passage.title}{page})"


def _asked(search_id: str, request: SearchRequest, found: Found) -> Asked:
    return Asked(
        search_id,
        request.query,
        found.confident,
        found.hits[0].score if found.hits else 0.0,
        tuple(
            {
                "document_id": hit.passage.document_id,
                "title": hit.passage.title,
                "page": hit.passage.page,
                "digest": hit.passage.digest,
            }
            for hit in found.hits
        ),
    )


def _event(name: str, line: str) -> str:
    return f"event: {name}\ndata: {line}\n\n"
