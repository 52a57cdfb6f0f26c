"""All couriers, and word of what they have brought."""

import asyncio
from weakref import WeakValueDictionary

from chassis.patience import Patience
from chassis.stopping import Stopping
from contracts.notices import NoticeStatus
from notifier.courier import Courier
from notifier.delivery import Delivery
from notifier.notice_table import NoticeTable
from notifier.queue_table import QueueTable


class Couriers:
    """One a chat that something was ever to be brought to; the table is what lasts."""

    def __init__(
        self,
        table: NoticeTable,
        queue: QueueTable,
        delivery: Delivery,
        patience: Patience,
        *,
        stopping: Stopping,
    ) -> None:
        self._table = table
        self._queue = queue
        self._delivery = delivery
        self._patience = patience
        self._stopping = stopping
        self._couriers: dict[int, Courier] = {}
        # An event is here for as long as somebody waits for it.
        self._ends: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()

    async def open(self) -> None:
        """Take up what an earlier run left queued."""
        for chat_id in await self._queue.chat_ids():
            self._of(chat_id)

    async def close(self) -> None:
        """Stop at once."""
        for courier in self._couriers.values():
            await courier.close()

    def wake(self, chat_id: int) -> None:
        """Look for what is new in a chat."""
        self._of(chat_id).wake()

    def hurry(self, chat_id: int) -> None:
        """Try now what waits in a chat."""
        self._of(chat_id).hurry()

    async def settled(self, notice_id: str, wait_s: float) -> None:
        """Wait until a notice is delivered or has failed, for *wait_s* at most, and not beyond a SIGTERM."""
        now = asyncio.get_running_loop().time
        deadline = now() + wait_s
        while now() < deadline:
            # Before the look: what ends after it is told of.
            end = self._ends.setdefault(notice_id, asyncio.Event())
            row = await self._table.find(notice_id)
            if row is None or row.status != NoticeStatus.QUEUED:
                return
            if await self._stopping.wait(end, deadline - now()):
                return

    def _of(self, chat_id: int) -> Courier:
        if chat_id not in self._couriers:
            courier = Courier(
                chat_id, self._queue, self._delivery, self._patience, self._ended
            )
            self._couriers[chat_id] = courier
            courier.open()
        return self._couriers[chat_id]

    def _ended(self, notice_id: str) -> None:
        end = self._ends.pop(notice_id, None)
        if end is not None:
            end.set()
