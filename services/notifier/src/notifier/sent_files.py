"""The files that came with a notice: there before it asks for them, gone once nobody does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.keyed_locks import KeyedLocks
from notifier.media_table import MediaTable
from notifier.spool import SentFile, Spool, is_sent


class SentFiles:
    """Takes files over; one call at a time for a notice, so that none removes what another one brings."""

    def __init__(self, table: MediaTable, spool: Spool) -> None:
        self._table = table
        self._spool = spool
        self._locks = KeyedLocks[str]()

    @asynccontextmanager
    async def taken(
        self, notice_id: str, files: tuple[SentFile, ...]
    ) -> AsyncIterator[None]:
        """Have *files* at hand while the notice is written down; afterwards only what it is still to show."""
        async with self._locks.of(notice_id):
            known = {row.source for row in await self._table.of(notice_id)}
            known.update(file.source for file in files)
            if files:
                await asyncio.to_thread(self._spool.take, notice_id, files)
            try:
                yield
            finally:
                media = await self._table.of(notice_id)
                waiting = {row.source for row in media if row.sent_at is None}
                for source in filter(is_sent, known - waiting):
                    self._spool.drop(notice_id, source)
