"""One writer a path."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePosixPath


class Writers:
    """One writer a path: Nextcloud answers 423, 404 or worse to two at a time."""

    def __init__(self) -> None:
        self._locks: dict[PurePosixPath, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def alone(self, path: PurePosixPath) -> AsyncIterator[None]:
        """Wait until nobody else in this process writes *path*."""
        lock, waiting = self._locks.get(path, (asyncio.Lock(), 0))
        self._locks[path] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[path]
            if waiting == 1:
                del self._locks[path]
            else:
                self._locks[path] = (lock, waiting - 1)
