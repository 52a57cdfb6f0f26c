"""
Conditions under which something is to be written.

No route that writes knows any: each is idempotent by what it is told. RFC 9110 §13.1 lets nobody write whose condition was
not looked at.
"""

from fastapi import Request

from contracts.errors import FieldProblem, Rejected

_READS = frozenset({"GET", "HEAD"})
_CONDITIONS = ("If-Match", "If-None-Match", "If-Unmodified-Since")


async def unconditional(request: Request) -> None:
    """
    Let through what is written in any case.

    Raises:
        Rejected: It is to be written under a condition.
    """
    if request.method in _READS:
        return
    asked = [name for name in _CONDITIONS if name in request.headers]
    if asked:
        raise Rejected(
            f"Nothing is written here under a condition: leave out {' and '.join(asked)}.",
            code="no_conditions",
            errors=tuple(
                FieldProblem(field=f"header.{name}", detail="is not obeyed here")
                for name in asked
            ),
        )
