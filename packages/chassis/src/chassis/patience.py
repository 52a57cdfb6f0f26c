"""Trying again for as long as an outside system is away: an hour or a day, never for ever in one breath."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from chassis.tasks import stop
from contracts.errors import RateLimited, ServiceError, StorageFull, Unavailable

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

OnFailure = Callable[[int, ServiceError], Awaitable[None]]
"""Told of each failed try: its number from 1, and why it failed."""


KEPT_TRYING = timedelta(days=3)
TRIED_AT_LEAST = 50
"""Also of what is old: days may have passed on a clock that jumped, and nowhere else."""
LONGEST_GUESS_S = 300.0
"""A server that is away does not know for how long; a page of maintenance says a day."""


def is_used_up(since: datetime, tries: int) -> bool:
    """Whether what waits since *since* and was tried so often may be given up: ``KEPT_TRYING`` and ``TRIED_AT_LEAST``."""
    return datetime.now(UTC) - since > KEPT_TRYING and tries >= TRIED_AT_LEAST


@dataclass(frozen=True)
class Patience:
    """
    How to wait between tries: twice as long each time, up to a bound, with a tenth of jitter.

    An error that names its own wait is obeyed to the second: a flood wait and a full disk's however long, of who is away
    ``LONGEST_GUESS_S`` at most.
    """

    first_s: float = 1.0
    longest_s: float = 120.0

    def pause_s(self, attempt: int, error: ServiceError) -> float:
        """How long to wait after try number *attempt* (from 1) failed with *error*, in seconds."""
        named_s = error.retry_after_s
        if named_s is not None:
            is_order = isinstance(error, RateLimited | StorageFull)
            return named_s if is_order else min(named_s, LONGEST_GUESS_S)
        pause_s = min(self.longest_s, self.first_s * 2.0 ** min(attempt - 1, 32))
        return pause_s * random.uniform(0.9, 1.1)  # noqa: S311 - jitter, not a secret

    async def until_done(
        self,
        call: Callable[[], Awaitable[Result]],
        *,
        on_failure: OnFailure | None = None,
    ) -> Result:
        """
        Repeat *call* until it succeeds; it must be idempotent.

        Raises:
            ServiceError: One that no other try would change (not ``retryable``).
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                return await call()
            except ServiceError as error:
                if on_failure is not None:
                    await on_failure(attempt, error)
                if not error.retryable:
                    raise
                pause_s = self.pause_s(attempt, error)
            await asyncio.sleep(pause_s)

    async def until_sure(
        self,
        call: Callable[[], Awaitable[Result]],
        *,
        on_failure: OnFailure | None = None,
    ) -> Result:
        """
        Do the same through failures that nobody foresaw, of *call* or of *on_failure*: they count as retryable.

        Raises:
            ServiceError: One that no other try would change; nothing else.
        """

        async def tried() -> Result:
            return await self.until_done(lambda: foreseen(call), on_failure=on_failure)

        return await self.until_done(lambda: foreseen(tried))


async def foreseen(call: Callable[[], Awaitable[Result]]) -> Result:
    """
    Let *call* fail by our own errors only.

    Raises:
        ServiceError: As *call* does; ``Unavailable`` where it raises anything else (a full disk, a bug), which the log tells.
    """
    trying = asyncio.ensure_future(call())
    try:
        await asyncio.wait({trying})
    finally:
        await stop([trying])
    error = trying.exception()
    if error is None or isinstance(error, ServiceError):
        return trying.result()
    logger.error("unforeseen failure, tried again", exc_info=error)
    raise Unavailable(
        f"Unforeseen {type(error).__name__}; the log says more.", code="unforeseen"
    ) from error
