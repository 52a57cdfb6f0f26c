"""The errors that cross the wire, as RFC 9457 problem details and as the classes that both ends raise.

ServiceError
├── Rejected             422  the request is understood and wrong
├── Unauthenticated      401  no key, or not one of ours
├── Forbidden            403  the key may not do this
├── NotFound             404
├── Conflict             409  the state forbids it
├── PreconditionFailed   412
├── TooLarge             413
├── RangeNotSatisfiable  416
├── RateLimited          429  retryable
├── Broken               500  our own fault
├── Unavailable          503  retryable: an outside system does not answer
├── TimedOut             504  retryable
└── StorageFull          507  retryable, once somebody has freed space: it names a long wait
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


class FieldProblem(BaseModel):
    """One field of a request that has to change."""

    model_config = ConfigDict(frozen=True)
    field: str
    detail: str


class Problem(BaseModel):
    """
    RFC 9457 problem details.

    Never has a top-level ``error``, ``message``, ``cause``, ``description`` or ``reason``: n8n would show that
    in place of ``detail``.
    """

    model_config = ConfigDict(frozen=True)
    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: tuple[FieldProblem, ...] = ()
    request_id: str = ""
    retry_after_s: float | None = None


class ServiceError(Exception):
    """
    A failure that a caller can act on.

    Args:
        detail: A sentence that says what happened and what to do.
        code: For machines; the class's own when absent.
        errors: The fields to change.
        retry_after_s: When another try makes sense, where the outside said so.
    """

    status = 500
    code = "internal"
    title = "Internal error"
    retryable = False

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        errors: tuple[FieldProblem, ...] = (),
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.errors = errors
        self.retry_after_s = retry_after_s

    def problem(self, request_id: str) -> Problem:
        """Say this error as problem details."""
        return Problem(
            type=f"urn:etm:problem:{self.code}",
            title=self.title,
            status=self.status,
            code=self.code,
            detail=self.detail,
            errors=self.errors,
            request_id=request_id,
            retry_after_s=self.retry_after_s,
        )


class Rejected(ServiceError):
    status, code, title = 422, "rejected", "Request rejected"


class Unauthenticated(ServiceError):
    status, code, title = 401, "unauthenticated", "Key missing or unknown"


class Forbidden(ServiceError):
    status, code, title = 403, "forbidden", "Not allowed"


class NotFound(ServiceError):
    status, code, title = 404, "not_found", "Not found"


class Conflict(ServiceError):
    status, code, title = 409, "conflict", "Conflict"


class PreconditionFailed(ServiceError):
    status, code, title = 412, "precondition_failed", "Precondition failed"


class TooLarge(ServiceError):
    status, code, title = 413, "too_large", "Too large"


class RangeNotSatisfiable(ServiceError):
    status, code, title = 416, "range_not_satisfiable", "Range not satisfiable"


class RateLimited(ServiceError):
    status, code, title, retryable = 429, "rate_limited", "Too many requests", True


class Broken(ServiceError):
    """Our own fault: the detail says nothing of it, the log does."""


class Unavailable(ServiceError):
    status, code, title, retryable = 503, "unavailable", "Unavailable for now", True


class TimedOut(ServiceError):
    status, code, title, retryable = 504, "timed_out", "No answer in time", True


class StorageFull(ServiceError):
    status, code, title, retryable = 507, "storage_full", "No space left", True


_BY_STATUS: Mapping[int, type[ServiceError]] = {
    kind.status: kind
    for kind in (
        Rejected,
        Unauthenticated,
        Forbidden,
        NotFound,
        Conflict,
        PreconditionFailed,
        TooLarge,
        RangeNotSatisfiable,
        RateLimited,
        Broken,
        Unavailable,
        TimedOut,
        StorageFull,
    )
}


def error_class(status: int) -> type[ServiceError]:
    """Name the class for an HTTP status, the nearest one where there is none of its own."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status in {502, 520}:
        return Unavailable
    if status == 408:
        return TimedOut
    return Broken if status >= 500 else Rejected


def error_from(problem: Problem) -> ServiceError:
    """Make the error again that the other end raised."""
    kind = error_class(problem.status)
    return kind(
        problem.detail,
        code=problem.code,
        errors=problem.errors,
        retry_after_s=problem.retry_after_s,
    )
