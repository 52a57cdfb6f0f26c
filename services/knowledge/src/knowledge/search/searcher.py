"""From a question as typed to the passages that answer it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from contracts.knowledge import SearchRequest
from knowledge.index.damage import IndexMending
from knowledge.index.passages import (
    Boost,
    Hit,
    Match,
    Passage,
    PassageIndex,
    Query,
    label,
    point_id,
)
from knowledge.index.shelf import Shelf
from knowledge.models.reranking import Reranker
from knowledge.search.clock import Clock
from knowledge.search.confidence import best_first, of_the_code, told_first
from knowledge.search.learning import Learning
from knowledge.search.questions import Question, understood
from knowledge.search.unsaid import not_said
from knowledge.search.view import View
from knowledge.words.kinds import REPORT

CODE_WEIGHT = 2.0
"""More than words and meaning can add up to, so that an exact code decides."""
OTHER_WEIGHT = 1.8
"""A code that may be meant yields to the one that was typed, and not to another brand's."""
NAMED_WEIGHT = 0.6
"""
Who names a brand wants its manual, though another brand explains the same code in the words of the question; who asks
whether that was seen before wants a report, though the manual's entry for its code fits better.
"""
HINT_WEIGHT = 0.1
"""Decides between passages that answer about as well."""
SPARE = 6
"""Passages asked for besides those that are shown: some say the same."""


class Found(NamedTuple):
    """
    What a search found, before it is put into words.

    The best passage has nothing of the words ``not_said``; no document has the sources and tags ``unknown_names``.
    """

    question: Question
    hits: tuple[Hit, ...]
    confident: bool
    not_said: tuple[str, ...]
    unknown_names: tuple[str, ...]
    hybrid: bool
    clock: Clock


class Searcher:
    """
    Searches the index that the shelf serves, as the view sees it.

    Args:
        shelf: Gives index and model.
        view: Gives words, and the versions that are hidden.
        learning: Knows which passages helped with like questions.
        dense_weight: The share of meaning in a score; the rest is the words'.
        reranker: Reads the best passages once more; None for not.
    """

    def __init__(
        self,
        shelf: Shelf,
        view: View,
        learning: Learning,
        dense_weight: float,
        reranker: Reranker | None = None,
    ) -> None:
        self._shelf = shelf
        self._view = view
        self._learning = learning
        self._dense_weight = dense_weight
        self._reranker = reranker

    async def find(self, request: SearchRequest) -> Found:
        """
        Find the best passages, each of them once and whole.

        Raises:
            Unavailable: The index does not answer, or lacks passages that might.
        """
        clock = Clock()
        question = understood(request.query, self._view.vocabulary)
        clock.lap("question")
        embedder = self._shelf.embedder
        dense = None
        if embedder and question.by_meaning:
            dense = await embedder.embed_query(question.text)
            clock.lap("embedding")
        narrowed = await self._view.narrowed(request)
        with self._view.look() as seen:
            index = self._shelf.serving
            query = self._query(
                question, request.limit, dense, seen.hidden, narrowed.required
            )
            matches = await index.search(query)
            clock.lap("index")
            ordered = _ordered(matches, self._learning.lifts(question.text))
            hits = await self._best(
                question, told_first(question, ordered), max(2, request.limit), clock
            )
            hits, judged = best_first(question, hits, by_meaning=dense is not None)
            clock.lap("confidence")
            if not judged.believed and (
                lacking := await self._view.lacking(self._shelf)
            ):
                raise IndexMending(f"The index lacks {lacking} passages")
            shown = of_the_code(question, hits[: request.limit])
            whole = await _whole(index, shown)
            clock.lap("neighbours")
        lacks = not_said(request.query, question, judged, whole[0]) if whole else ()
        return Found(
            question,
            whole,
            judged.believed,
            lacks,
            narrowed.unknown,
            embedder is not None,
            clock,
        )

    async def _best(
        self, question: Question, ordered: Iterator[Hit], limit: int, clock: Clock
    ) -> list[Hit]:
        if self._reranker is None:
            return _folded(ordered, limit)
        hits = _folded(ordered, limit + SPARE)
        hits = await self._reranker.ranked(question.text, hits)
        clock.lap("reranking")
        return hits[:limit]

    def _query(
        self,
        question: Question,
        limit: int,
        dense: list[float] | None,
        hidden: tuple[str, ...],
        required: tuple[tuple[str, ...], ...],
    ) -> Query:
        embedder = self._shelf.embedder
        weight = self._dense_weight if dense else 0.0
        return Query(
            words=question.words,
            words_bound=question.words_bound,
            words_weight=1 - weight,
            dense=dense,
            dense_weight=weight,
            dense_floor=embedder.floor if embedder else 0.0,
            boosts=_boosts(question),
            required=required,
            hidden=hidden,
            limit=limit + SPARE,
        )


def _boosts(question: Question) -> tuple[Boost, ...]:
    """
    What adds to the score of a passage besides words and meaning.

    Hints are that it explains the code, has a number that may be one, or is about the device or its kind, or about faults.
    """
    codes = dict.fromkeys(question.codes, CODE_WEIGHT)
    codes |= dict.fromkeys(question.others, OTHER_WEIGHT)
    boosts = [Boost((name,), weight) for name, weight in codes.items()]
    if question.brands:
        boosts.append(Boost(question.brands, NAMED_WEIGHT))
    if REPORT in question.kinds:
        boosts.append(Boost((label("kind", REPORT),), NAMED_WEIGHT))
    hints = [name.replace("code:", "entry:", 1) for name in codes]
    hints += [*question.numbers, *question.models]
    hints += [label("kind", kind) for kind in question.kinds]
    boosts += [Boost((name,), HINT_WEIGHT, proposes=False) for name in hints]
    return tuple(boosts)


def _ordered(matches: Sequence[Match], lifts: Mapping[str, float]) -> Iterator[Hit]:
    """
    Lift what helped with like questions; of those that score the same the one that its document has first comes first.

    No more of *matches* is read than is taken.
    """
    if lifts:
        matches = [
            match._replace(
                score=match.score + lifts.get(match.payload.get("digest", ""), 0.0)
            )
            for match in matches
        ]
    best = sorted(matches, key=lambda match: (-match.score, match.payload["position"]))
    return map(Hit.of, best)


def _folded(hits: Iterable[Hit], limit: int) -> list[Hit]:
    """The best *limit* passages; those that say the same become one, the best."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.digest, hit)
        if len(best) == limit:
            break
    return list(best.values())


async def _whole(index: PassageIndex, hits: list[Hit]) -> tuple[Hit, ...]:
    """Add the neighbours of passages that were cut out of a longer text."""
    cut = [hit for hit in hits if hit.passage.continues or hit.passage.continued]
    if not cut:
        return tuple(hits)
    there = await index.passages(
        [point_id for hit in cut for point_id in _neighbours(hit.passage) if point_id]
    )

    def whole(hit: Hit) -> Hit:
        before, after = _neighbours(hit.passage)
        found = (there.get(before), hit.passage, there.get(after))
        text = " ".join(passage.text for passage in found if passage)
        return hit._replace(passage=hit.passage._replace(text=text))

    return tuple(whole(hit) for hit in hits)


def _neighbours(passage: Passage) -> tuple[str, str]:
    """The points of the texts before and after, "" where there is none."""
    before, after = passage.position - 1, passage.position + 1
    return (
        point_id(passage.version, before) if passage.continues else "",
        point_id(passage.version, after) if passage.continued else "",
    )
