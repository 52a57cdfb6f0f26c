"""
Conditions under which something is to be written, and parts or codings of it.

No route that writes knows any: each is idempotent by what it is told, and takes a body as it is. RFC 9110 §13.1 lets nobody
write whose condition was not looked at, and §14.5 nobody take a part for the whole.
"""

from fastapi import Request

from contracts.errors import FieldProblem, Rejected

_READS = frozenset({"GET", "HEAD"})
_NOT_OBEYED = (
    "If-Match",
    "If-None-Match",
    "If-Unmodified-Since",
    "Content-Range",
    "Content-Encoding",
)
_NO_CODING = "identity"


async def unconditional(request: Request) -> None:
    """
    Let through what is written in any case, and as it is.

    Raises:
        Rejected: It is to be written under a condition, or is a part or a coding of what is meant.
    """
    if request.method in _READS:
        return
    asked = [
        name
        for name in _NOT_OBEYED
        if request.headers.get(name, _NO_CODING).lower() != _NO_CODING
    ]
    if asked:
        raise Rejected(
            f"All is written here as it comes, whole and under no condition: leave out {' and '.join(asked)}.",
            code="no_conditions",
            errors=tuple(
                FieldProblem(field=f"header.{name}", detail="is not obeyed here")
                for name in asked
            ),
        )
