"""An index that is lost again and again is filled ever more seldom: each filling embeds all documents anew."""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta

logger = logging.getLogger(__name__)

FIRST_S, LONGEST_S = 30.0, 3600.0
CALM_S = 3600.0
"""What was whole for so long is not lost to what it was lost to before."""


class Relapses:
    """Counts the losses in a row; ``says`` why nothing is filled, while that is so."""

    def __init__(self) -> None:
        self.says = ""
        self._losses = 0
        self._whole_at: float | None = None

    def whole(self, now_s: float) -> None:
        """All is filled."""
        self._whole_at = now_s

    def lost(self, now_s: float) -> float:
        """Count a loss; says how long to leave the index, in seconds: not at all the first time, then ever longer."""
        if self._whole_at is not None and now_s - self._whole_at > CALM_S:
            self._losses = 0
        self._whole_at = None
        self._losses += 1
        doublings = min(self._losses - 2, 32)
        return min(LONGEST_S, FIRST_S * 2.0**doublings) if self._losses > 1 else 0.0

    async def rest(self) -> None:
        """Count a loss, and leave the index for as long as that asks."""
        pause_s = self.lost(time.monotonic())
        if not pause_s:
            return
        ends_at = datetime.now(UTC) + timedelta(seconds=pause_s)
        self.says = (
            f"the index was lost {self._losses} times in a row, look at its server or disk;"
            f" it is filled again at {ends_at:%H:%M:%S} UTC"
        )
        logger.error(self.says)
        await asyncio.sleep(pause_s)
        self.says = ""
