"""How long work waits for another service."""

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.errors import ServiceError, Unavailable

FINAL = frozenset({404, 409, 413, 422})
"""What another try does not change: they speak of what was sent."""


@contextmanager
def mendable() -> Iterator[None]:
    """
    Let a service that breaks, or refuses our key, be waited for like one that is away: somebody will mend it.

    Raises:
        ServiceError: Retryable, unless what was sent is at fault.
    """
    try:
        yield
    except ServiceError as error:
        if error.retryable or error.status in FINAL:
            raise
        raise Unavailable(error.detail, code=error.code) from error
