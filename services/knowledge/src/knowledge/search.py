"""From a question as typed to the passages that answer it, or to "je ne trouve pas"."""

import time
import uuid
from collections.abc import Callable

from contracts.knowledge import Passage as AnswerPassage
from contracts.knowledge import SearchAnswer, SearchRequest
from knowledge.index import Hit, PassageIndex, Query
from knowledge.lexical import question_words

NOTHING_FOUND = "Je ne trouve pas de réponse dans les documents indexés."


class Searcher:
    """
    Searches one index.

    Args:
        index: Asked at each search, as a rebuilt one takes its place while the service runs.
    """

    def __init__(self, index: Callable[[], PassageIndex]) -> None:
        self._index = index

    async def search(self, request: SearchRequest) -> SearchAnswer:
        """
        Find the best passages.

        Raises:
            Unavailable: The index does not answer.
        """
        started = time.perf_counter()
        query = Query(
            words=question_words(request.query),
            words_bound=1.0,
            words_weight=1.0,
            limit=request.limit,
        )
        hits = await self._index().search(query)
        took_ms = (time.perf_counter() - started) * 1000
        return SearchAnswer(
            search_id=uuid.uuid4().hex,
            query=request.query,
            passages=tuple(_answered(hit) for hit in hits),
            answer=NOTHING_FOUND if not hits else hits[0].passage.text,
            answered_by="passages" if hits else "nothing",
            confident=False,
            mode="lexical",
            took_ms={"index": round(took_ms, 2), "total": round(took_ms, 2)},
        )


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
