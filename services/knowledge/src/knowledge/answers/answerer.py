"""What a search answers: its passages, and the words made of them."""

import json
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from contracts.errors import Rejected, ServiceError
from contracts.knowledge import Passage as AnswerPassage
from contracts.knowledge import SearchAnswer, SearchRequest
from contracts.request_id import current_request_id
from knowledge.answers.extracts import answering, extracts
from knowledge.answers.rewriting import Rewriter
from knowledge.index.passages import Hit, Passage
from knowledge.search.learning import Asked, Learning
from knowledge.search.searcher import Found, Searcher

logger = logging.getLogger(__name__)

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
        if self.rewriter is None:
            return answer
        try:
            leads = [lead async for lead in self._leads(request, found)]
        except ServiceError as error:
            if request.rewrite == "always":
                raise
            leads = _without(error)
        return self._rewritten(answer, found, leads)

    async def stream(self, request: SearchRequest) -> AsyncIterator[str]:
        """
        Answer in server-sent events: ``passages`` at once, each lead as a ``piece``, ``answer`` in the end.

        With ``rewrite=always`` the end is a ``problem`` where the model fails: it is too late for a status.

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
        leads = []
        try:
            async with aclosing(self._leads(request, found)) as written:
                async for lead in written:
                    leads.append(lead)
                    yield _event(
                        "piece", json.dumps({"text": f"{lead}\n"}, ensure_ascii=False)
                    )
        except ServiceError as error:
            if request.rewrite == "always":
                problem = error.problem(current_request_id())
                yield _event("problem", problem.model_dump_json(exclude_none=True))
                return
            leads = _without(error)
        yield _event("answer", self._rewritten(answer, found, leads).model_dump_json())

    async def _found(self, request: SearchRequest) -> tuple[Found, SearchAnswer]:
        if request.rewrite == "always" and self.rewriter is None:
            raise Rejected(
                "No language model is set: set OLLAMA_URL or LLM_URL, or ask with rewrite=auto."
            )
        found = await self.searcher.find(request)
        search_id = uuid.uuid4().hex
        self.learning.remember(_asked(search_id, request, found))
        return found, _answer(search_id, request, found)

    async def _leads(
        self, request: SearchRequest, found: Found
    ) -> AsyncGenerator[str, None]:
        """Have leads written; none without a model, without its being asked for, or without a passage to believe in."""
        rewriter = self.rewriter
        if rewriter is None or request.rewrite == "never" or not found.confident:
            return
        always = request.rewrite == "always"
        question = found.question
        given = extracts(answering(question, found.hits), question.codes)
        leads = rewriter.leads(
            request.query, given, ALWAYS_TIMEOUT_S if always else rewriter.timeout_s
        )
        try:
            async with aclosing(leads):
                async for lead in leads:
                    yield lead
        finally:
            found.clock.lap("rewriting")

    def _rewritten(
        self, answer: SearchAnswer, found: Found, leads: Sequence[str]
    ) -> SearchAnswer:
        made: dict[str, object] = {"took_ms": found.clock.took_ms()}
        if leads and self.rewriter is not None:
            made |= {"answer": "\n".join(leads), "answered_by": self.rewriter.model}
        return answer.model_copy(update=made)


def _without(error: ServiceError) -> list[str]:
    """Go on with the passages alone; only the log says why."""
    logger.warning("no leads", extra={"detail": error.detail})
    return []


def _answer(search_id: str, request: SearchRequest, found: Found) -> SearchAnswer:
    quoted = "\n\n".join(_quoted(passage) for passage in _passages(found))
    return SearchAnswer(
        search_id=search_id,
        query=request.query,
        passages=tuple(_answered(hit) for hit in found.hits),
        answer=quoted if found.confident else NOTHING_FOUND,
        answered_by="passages" if found.confident else "nothing",
        confident=found.confident,
        not_said=found.not_said,
        unknown_names=found.unknown_names,
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
        title=_name(found),
        page=found.page,
        section=found.section,
        score=round(hit.score, 4),
        document_id=found.document_id,
    )


def _quoted(passage: Passage) -> str:
    page = f", p. {passage.page}" if passage.page else ""
    return f"{passage.text}\n({_name(passage)}{page})"


def _name(passage: Passage) -> str:
    """What it is cited by; bare bytes may come without a name."""
    return passage.title or passage.source


def _asked(search_id: str, request: SearchRequest, found: Found) -> Asked:
    unknown = set(found.unknown_names)
    asked_none = any(
        names and unknown.issuperset(names) for names in (request.sources, request.tags)
    )
    return Asked(
        search_id,
        request.query,
        found.confident or asked_none,
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
