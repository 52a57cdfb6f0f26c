"""A knowledge to ask: it answers with the passages it was given, keeps what it is told, and can be away or slow."""

import asyncio
from uuid import uuid4

from fastapi import FastAPI

from chassis.problems import add_problem_handlers
from contracts.errors import NotFound, ServiceError
from contracts.knowledge import (
    Document,
    DocumentText,
    Feedback,
    Passage,
    SearchAnswer,
    SearchRequest,
)

SYMO = Passage(
    text="567 : défaut d'isolement côté DC. Mesurer chaque string à la terre.",
    source="Notices",
    title="Fronius Symo 10.0-3-M",
    page=87,
    score=1.4,
    document_id="fronius-symo",
)


class KnowledgePeer:
    """
    ``passages`` answer every question; none is no answer. ``leads`` is what a model makes of them, where there is one.

    ``failing`` is raised while it is set, ``wait_s`` goes by before a search is answered, ``slow_s`` before the next document
    is taken. ``asked``, ``documents`` and ``thumbs`` are what it was told.
    """

    def __init__(self) -> None:
        self.forget()
        self.app = FastAPI()
        add_problem_handlers(self.app)
        self.app.get("/healthz")(self._alive)
        self.app.post("/knowledge/search")(self._search)
        self.app.put("/knowledge/documents/{document_id}")(self._put)
        self.app.post("/knowledge/feedback", status_code=204)(self._feedback)

    def forget(self) -> None:
        """Be as at first."""
        self.passages: tuple[Passage, ...] = (SYMO,)
        self.leads = ""
        self.failing: ServiceError | None = None
        self.wait_s = self.slow_s = 0.0
        self.asked: list[str] = []
        self.documents: dict[str, list[DocumentText]] = {}
        self.thumbs: list[bool] = []
        self._searches: set[str] = set()

    async def _alive(self) -> dict[str, str]:
        return {"status": "alive"}

    async def _search(self, question: SearchRequest) -> SearchAnswer:
        await asyncio.sleep(self.wait_s)
        self._fail()
        self.asked.append(question.query)
        search_id = uuid4().hex
        self._searches.add(search_id)
        raw = "passages" if self.passages else "nothing"
        return SearchAnswer(
            search_id=search_id,
            query=question.query,
            passages=self.passages,
            answer=self.leads,
            answered_by="a-model" if self.leads else raw,
            confident=bool(self.passages),
            mode="lexical",
            took_ms={},
        )

    async def _put(self, document_id: str, document: DocumentText) -> Document:
        self._fail()
        slow_s, self.slow_s = self.slow_s, 0.0
        await asyncio.sleep(slow_s)
        self.documents.setdefault(document_id, []).append(document)
        return Document(
            document_id=document_id,
            source=document.source,
            title=document.title,
            tags=document.tags,
            media_type="text/plain",
            size_bytes=len(document.text),
            pages=1,
            passages=1,
            sha256="0" * 64,
        )

    async def _feedback(self, given: Feedback) -> None:
        self._fail()
        if given.search_id not in self._searches:
            raise NotFound(f"There is no search {given.search_id}.")
        self.thumbs.append(given.useful)

    def _fail(self) -> None:
        if self.failing is not None:
            raise self.failing
