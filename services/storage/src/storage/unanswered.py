"""
Files of calls that are not answered yet: taken back when the call breaks off, unless another call counts on them.

docs/decisions/0203-hang-up-in-a-form.md
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from uuid import uuid4

from chassis.keyed_locks import KeyedLocks
from chassis.tasks import stop
from contracts.errors import ServiceError
from contracts.files import StoredFile
from storage.body import Body
from storage.paths import wire
from storage.taking_back import TakingBack
from storage.targets import OnConflict, Target
from storage.unanswered_memory import UnansweredFile, UnansweredMemory

logger = logging.getLogger(__name__)

_STALE_S = 24 * 3600.0
"""Rows older than that come from a backup that was put back: who knows who has counted on their files since."""
_ANSWER_WAITS_S = 5.0


@dataclass
class Try:
    """One try to put a file at one path: the headers to send, and what came of it."""

    headers: dict[str, str]
    stored: StoredFile | None = None


class UnansweredFiles:
    """
    Keeps account of which calls count on which file, in memory and on disk.

    Args:
        memory: Keeps it across a kill.
        taking_back: Removes what nobody counts on.
    """

    def __init__(self, memory: UnansweredMemory, taking_back: TakingBack) -> None:
        self._memory = memory
        self._taking_back = taking_back
        self._files: dict[str, dict[str, UnansweredFile]] = {}
        self._open: dict[str, int] = {}
        self._last_stamp = 0
        self._locks = KeyedLocks[str]()
        self._passes: set[asyncio.Task[None]] = set()

    async def read(self) -> None:
        """Take up what was left when the service ended."""
        for file in await self._memory.files():
            if time.time() - file.made_at > _STALE_S:
                await self._memory.drop(file.path, file.call_id)
            else:
                self._files.setdefault(file.path, {})[file.call_id] = file

    @asynccontextmanager
    async def call(self) -> AsyncIterator[str]:
        """
        Give one call its id; when this ends well its files stay, otherwise they are taken back.

        A call that is cancelled, as the service ends, leaves that to the next start.
        """
        call_id = uuid4().hex
        # Never the same twice: it tells files made by this call from any other's.
        self._last_stamp = max(int(time.time()), self._last_stamp + 1)
        self._open[call_id] = self._last_stamp
        try:
            yield call_id
            await self._answered(
                [path for path, calls in self._files.items() if call_id in calls]
            )
        except Exception:
            del self._open[call_id]
            broken = asyncio.create_task(self.take_back())
            self._passes.add(broken)
            broken.add_done_callback(self._passes.discard)
            await asyncio.wait({broken}, timeout=_ANSWER_WAITS_S)
            raise
        finally:
            self._open.pop(call_id, None)

    @asynccontextmanager
    async def trying(
        self, path: PurePosixPath, target: Target, body: Body
    ) -> AsyncIterator[Try]:
        """
        Be alone at *path*, and note what comes of it.

        What was found there or written counts for the call of *target* from then on, and nothing takes it before.
        """
        name = wire(path)
        async with self._locks.of(name):
            attempt = Try(target.headers())
            if self._is_known_before(target, body):
                stamp = self._open[target.call_id]
                attempt.headers["X-OC-CTime"] = str(stamp)
                await self._keep(_file(name, target, body, stamp=stamp))
            yield attempt
            if attempt.stored is None:
                await self._drop(name, target.call_id)
            elif not target.call_id:
                if name in self._files:
                    await self._answered([name])
            else:
                await self._note(name, target, body, attempt.stored)

    async def take_back(self) -> None:
        """Take back what closed calls left; what cannot be done now stays for the next time."""
        left = [
            (path, call_id)
            for path, calls in self._files.items()
            for call_id in calls
            if call_id not in self._open
        ]
        for path, call_id in left:
            try:
                await self._settle(path, call_id)
            except ServiceError as error:
                logger.warning("taking back put off", extra={"detail": error.detail})

    async def close(self) -> None:
        await stop(self._passes)

    def _is_known_before(self, target: Target, body: Body) -> bool:
        """
        Whether a file can be told for ours even if the answer is lost.

        With ``replace`` it cannot: the creation time would be written into the file that it replaces.
        """
        replaces = target.on_conflict is OnConflict.REPLACE
        return bool(target.call_id) and body.ended and not replaces

    async def _note(
        self, path: str, target: Target, body: Body, stored: StoredFile
    ) -> None:
        calls = self._files.get(path, {})
        own = calls.get(target.call_id) or _file(path, target, body, stamp=0)
        if stored.created:
            await self._keep(replace(own, etag=stored.etag))
        elif calls and target.call_id not in calls:
            # Another call that is not answered made it; while this one counts on it, it stays.
            await self._keep(own)

    async def _settle(self, path: str, call_id: str) -> None:
        async with self._locks.of(path):
            calls = self._files.get(path, {})
            if call_id not in calls or not self._open.keys().isdisjoint(calls):
                return
            if await self._taking_back.is_done(calls[call_id]):
                await self._drop(path, call_id)

    async def _keep(self, file: UnansweredFile) -> None:
        self._files.setdefault(file.path, {})[file.call_id] = file
        await self._memory.keep(file)

    async def _drop(self, path: str, call_id: str) -> None:
        calls = self._files.get(path, {})
        if calls.pop(call_id, None) is not None:
            await self._memory.drop(path, call_id)
        if not calls:
            self._files.pop(path, None)

    async def _answered(self, paths: Iterable[str]) -> None:
        """All that is at *paths* stays, whichever calls counted on it."""
        named = {path: calls for path in paths if (calls := self._files.pop(path, {}))}
        if not named:
            return
        try:
            await self._memory.answered(named)
        except ServiceError:
            # What is on the disk is known here too: a repeat has to end it.
            for path, calls in named.items():
                self._files[path] = calls | self._files.get(path, {})
            raise


def _file(path: str, target: Target, body: Body, *, stamp: int) -> UnansweredFile:
    made_at = time.time()
    return UnansweredFile(
        path, target.call_id, body.size_bytes, body.sha256, "", stamp, made_at
    )
