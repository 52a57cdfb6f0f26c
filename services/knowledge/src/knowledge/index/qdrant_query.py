"""A `Query` in the words of a Qdrant server: what `knowledge.index.edge_query` says for the embedded index."""

from typing import Any

from qdrant_client import models

from knowledge.index.passages import CANDIDATES, DENSE, LABELS, WORDS, Query


def server_query(query: Query) -> dict[str, Any]:
    """Say *query* as arguments of ``AsyncQdrantClient.query_points``."""
    ways: list[tuple[str, Any]] = [
        (
            WORDS,
            models.SparseVector(indices=query.words.indices, values=query.words.values),
        )
    ]
    if query.dense:
        ways.append((DENSE, query.dense))
    prefetches = [
        models.Prefetch(query=way, using=using, filter=narrowed, limit=CANDIDATES)
        for narrowed in _filters(query)
        for using, way in ways
    ]
    return {
        "query": _formula(query, len(ways), len(prefetches)),
        "prefetch": prefetches,
        "limit": query.limit,
        "with_payload": True,
    }


def _filters(query: Query) -> list[models.Filter | None]:
    must: list[Any] = [_any_of(group) for group in query.required]
    must_not: list[Any] = [_any_of(query.hidden)] if query.hidden else []
    plain = models.Filter(must=must, must_not=must_not) if must or must_not else None
    should: list[Any] = [_any_of(one.labels) for one in query.boosts if one.proposes]
    if not should:
        return [plain]
    return [plain, models.Filter(must=must, should=should, must_not=must_not)]


def _formula(query: Query, ways: int, prefetches: int) -> models.FormulaQuery:
    bm25 = _score(range(0, prefetches, ways))
    terms: list[Any] = [_weighted(query.words_weight / query.words_bound, bm25)]
    if query.dense:
        cosine = _score(range(1, prefetches, ways))
        above = models.SumExpression(sum=[cosine, -query.dense_floor])
        terms.append(_weighted(query.dense_weight / (1 - query.dense_floor), above))
    terms += [_weighted(boost.weight, _any_of(boost.labels)) for boost in query.boosts]
    defaults = {
        f"$score[{place}]": query.dense_floor if place % ways else 0.0
        for place in range(prefetches)
    }
    return models.FormulaQuery(
        formula=models.SumExpression(sum=terms), defaults=defaults
    )


def _score(places: range) -> models.MaxExpression:
    return models.MaxExpression(max=[f"$score[{place}]" for place in places])


def _weighted(weight: float, term: Any) -> models.MultExpression:
    return models.MultExpression(mult=[weight, term])


def _any_of(labels: tuple[str, ...]) -> models.FieldCondition:
    return models.FieldCondition(key=LABELS, match=models.MatchAny(any=list(labels)))
