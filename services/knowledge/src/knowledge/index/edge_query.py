"""A `Query` in the words of Qdrant Edge: scores added up, docs/decisions/0303-scores-not-ranks.md"""

from typing import Any

from qdrant_edge import (
    EdgeShard,
    Expression,
    FieldCondition,
    Filter,
    Formula,
    MatchAny,
    MatchValue,
    Prefetch,
    QueryRequest,
)
from qdrant_edge import Query as EdgeQuery
from qdrant_edge import SparseVector as EdgeSparseVector

from knowledge.index.edge_points import match_of
from knowledge.index.passages import (
    CANDIDATES,
    DENSE,
    LABELS,
    WORDS,
    Match,
    Query,
)


def found(shard: EdgeShard, query: Query) -> list[Match]:
    """Ask *shard*."""
    return [match_of(point) for point in shard.query(edge_query(query))]


def edge_query(query: Query) -> QueryRequest:
    """Say *query* for `EdgeShard.query`; `knowledge.index.qdrant` says the same for a server."""
    words = EdgeSparseVector(query.words.indices, query.words.values)
    ways = [EdgeQuery.Nearest(words, using=WORDS)]
    if query.dense:
        ways.append(EdgeQuery.Nearest(query.dense, using=DENSE))
    prefetches = [
        Prefetch(limit=CANDIDATES, query=way, filter=narrowed)
        for narrowed in _filters(query)
        for way in ways
    ]
    return QueryRequest(
        limit=query.limit,
        query=_formula(query, len(ways), len(prefetches)),
        prefetches=prefetches,
        with_payload=True,
    )


def _filters(query: Query) -> list[Filter | None]:
    """What may be found; and, so that what is boosted is a candidate at all, the boosted alone."""
    must: list[Any] = [_any_of(group) for group in query.required]
    must_not: list[Any] = [_any_of(query.hidden)] if query.hidden else []
    plain = Filter(must=must, must_not=must_not) if must or must_not else None
    should: list[Any] = [_any_of(one.labels) for one in query.boosts if one.proposes]
    if not should:
        return [plain]
    return [plain, Filter(must=must, should=should, must_not=must_not)]


def _formula(query: Query, ways: int, prefetches: int) -> Formula:
    terms = [
        _weighted(
            query.words_weight / query.words_bound, _score(range(0, prefetches, ways))
        )
    ]
    if query.dense:
        above = Expression.Sum(
            [
                _score(range(1, prefetches, ways)),
                Expression.Constant(-query.dense_floor),
            ]
        )
        terms.append(_weighted(query.dense_weight / (1 - query.dense_floor), above))
    for boost in query.boosts:
        condition = Expression.Condition(_any_of(boost.labels))
        terms.append(_weighted(boost.weight, condition))
    defaults = {
        f"$score[{place}]": query.dense_floor if place % ways else 0.0
        for place in range(prefetches)
    }
    return Formula(Expression.Sum(terms), defaults)


def _score(places: range) -> Expression:
    """A passage's score in one way of searching, whichever prefetch proposed it."""
    scores = [Expression.Variable(f"$score[{place}]") for place in places]
    return Expression.Max(scores)


def _weighted(weight: float, expression: Expression) -> Expression:
    return Expression.Mult([Expression.Constant(weight), expression])


def _any_of(labels: tuple[str, ...]) -> FieldCondition:
    # Qdrant Edge takes ten times as long to read a list, and most are of one label.
    match = MatchValue(labels[0]) if len(labels) == 1 else MatchAny(list(labels))
    return FieldCondition(key=LABELS, match=match)
