"""Handing over what arrived: in order within a chat, chats side by side."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from chassis.patience import Patience
from chassis.tasks import stop
from chassis.telegram.ledger import Entry
from chassis.telegram.messages import Arrival
from contracts.errors import Broken, ServiceError

logger = logging.getLogger(__name__)

Handler = Callable[[Arrival], Awaitable[None]]

PATIENCE = Patience(first_s=0.5, longest_s=30.0)
TRIES = 5
"""How often a handler may fail with an error that is not of our tree (a bug, a full disk) before it is passed over."""
AGAIN_S = 120.0
"""After how long what was passed over is handed over once more, in seconds."""


class Deliveries:
    """
    One queue and one task a chat, for as long as it has something to hand over.

    An arrival is settled when its handler returned. One that keeps failing is passed over so that its chat goes on,
    but not settled: it comes again after *again_s* seconds, and with all that followed it at the next start.
    """

    def __init__(
        self,
        handler: Handler,
        patience: Patience = PATIENCE,
        *,
        again_s: float = AGAIN_S,
    ) -> None:
        self._handler = handler
        self._patience = patience
        self._again_s = again_s
        self._queues: dict[int, deque[tuple[Arrival, Entry]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False
        self.passed_over = 0
        """Arrivals whose handler broke, and that wait for their next time."""

    def put(self, arrival: Arrival, entry: Entry) -> None:
        """Take an arrival, to be handed over after those of its chat that came before."""
        if self._is_closed:
            return
        queue = self._queues.get(arrival.chat_id)
        if queue is not None:
            queue.append((arrival, entry))
            return
        self._queues[arrival.chat_id] = deque([(arrival, entry)])
        self._started(self._work_off(arrival.chat_id))

    async def close(self, grace_s: float) -> None:
        """Take no more, and let handlers at work end for *grace_s* at most; what is left comes again at the next start."""
        self._is_closed = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        await stop(self._tasks)
        self._queues.clear()

    async def _work_off(self, chat_id: int) -> None:
        queue = self._queues[chat_id]
        while queue:
            arrival, entry = queue.popleft()
            if await self._handed_over(arrival):
                entry.settle()
            else:
                self.passed_over += 1
                loop = asyncio.get_running_loop()
                loop.call_later(self._again_s, self._put_again, arrival, entry)
        del self._queues[chat_id]

    def _put_again(self, arrival: Arrival, entry: Entry) -> None:
        self.passed_over -= 1
        self.put(arrival, entry)

    async def _handed_over(self, arrival: Arrival) -> bool:
        """Whether the handler came to an end with *arrival*, be it a final refusal."""
        where = {"chat_id": arrival.chat_id, "message_id": arrival.message_id}
        for attempt in range(1, TRIES + 1):
            error = await self._failure(arrival)
            if error is None:
                return True
            if isinstance(error, ServiceError):
                logger.warning("update refused: %s", error.detail, extra=where)
                return True
            logger.error("update handler failed", exc_info=error, extra=where)
            await asyncio.sleep(self._patience.pause_s(attempt, Broken("")))
        return False

    async def _failure(self, arrival: Arrival) -> BaseException | None:
        task = self._started(self._patience.until_done(lambda: self._handler(arrival)))
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
        return task.exception()

    def _started(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
