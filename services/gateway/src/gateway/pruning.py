"""Drops what nobody asks for any more: the traces of work that ended long ago. Reports and photos stay."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway import event_rows, messages, replies
from gateway.durable import DurableWork

logger = logging.getLogger(__name__)

FIRST_S = 60.0
"""A start has more urgent work."""
ROUND_S = 3600.0
AT_MOST = 1000
"""Rows of a kind in one round, so that no round holds the database for long."""


class Pruning:
    """
    What technicians sent is not dropped: by it a photo that Telegram delivers twice is known.

    Args:
        work: The durable work.
        kept_days: For how long traces are kept.
    """

    def __init__(
        self, engine: AsyncEngine, work: DurableWork, *, kept_days: float
    ) -> None:
        self._engine = engine
        self._work = work
        self._kept = timedelta(days=kept_days)

    async def prune(self, now: datetime) -> int:
        """Drop what is too old *now*, ``AT_MOST`` of a kind; how many works that was."""
        before = now - self._kept
        forgotten = await self._work.forget_ended(before, at_most=AT_MOST)
        async with self._engine.begin() as db:
            await replies.forget(db, before, at_most=AT_MOST)
            await event_rows.forget(db, before, at_most=AT_MOST)
            await messages.forget(db, before, at_most=AT_MOST)
        if forgotten:
            logger.info("pruned", extra={"works": forgotten})
        return forgotten
