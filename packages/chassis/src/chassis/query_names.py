"""A query that names what its route does not know, or one thing twice, is refused: passed over, ``?statut=failed`` listed everything."""

from collections import Counter

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute

from chassis.fields import refused, repeated

_MOST = 20
_LONGEST = 100


async def known_query(request: Request) -> None:
    """
    Compare the query with what the route takes; one that is not described, as the console's, takes anything.

    Raises:
        Rejected: It has another name, or one twice: no route takes a list. A name that is empty is what n8n sends of a row
            that nobody filled in.
    """
    names = Counter(name for name, _ in request.query_params.multi_items() if name)
    if not names:
        return
    route: APIRoute = request.scope["route"]
    if not route.include_in_schema:
        return
    known = _taken(route)
    odd = [name[:_LONGEST] for name in names if name not in known]
    if odd:
        raise refused(
            f"This route does not know {', '.join(odd[:3])} in its query. It knows {', '.join(known) or 'none'}.",
            [f"query.{name}" for name in odd[:_MOST]],
            "is not known here",
        )
    twice = [name for name in known if names[name] > 1]
    if twice:
        raise repeated(*(f"query.{name}" for name in twice))


def _taken(route: APIRoute) -> list[str]:
    """Its parameters, and those that it reads by itself and describes."""
    declared = get_flat_params(route.dependant)
    described = (route.openapi_extra or {}).get("parameters", ())
    return [
        *(one.alias for one in declared if isinstance(one.field_info, Query)),
        *(one["name"] for one in described if one["in"] == "query"),
    ]
