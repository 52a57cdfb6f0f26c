"""The index is made quick to search, beside what is written meanwhile (docs/decisions/0302)."""

import asyncio
import logging

from chassis.patience import Patience
from contracts.errors import ServiceError
from knowledge.index.shelf import Shelf

logger = logging.getLogger(__name__)


class Upkeep:
    """Optimizes the index in use when told that it has grown; the next document does not wait for it."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._grown = asyncio.Event()
        self._patience = Patience(longest_s=30)

    def wake(self) -> None:
        self._grown.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._grown.wait()
            self._grown.clear()
            await self._patience.until_sure(self._maintain, on_failure=self._waits)

    async def _maintain(self) -> None:
        await self._shelf.serving.maintain()

    async def _waits(self, attempt: int, error: ServiceError) -> None:
        logger.warning(
            "the index is not optimized",
            extra={"attempt": attempt, "detail": error.detail},
        )
