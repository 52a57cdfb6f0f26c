"""One writer a path."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePosixPath

from chassis.keyed_locks import KeyedLocks


class Writers:
    """One writer a path: Nextcloud answers 423, 404 or worse to two at a time."""

    def __init__(self) -> None:
        self._locks = KeyedLocks[PurePosixPath]()

    @asynccontextmanager
    async def alone(self, path: PurePosixPath) -> AsyncIterator[None]:
        """Wait until nobody else in this process writes *path*."""
        async with self._locks.of(path):
            yield
