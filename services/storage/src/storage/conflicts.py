"""What happens where a name is taken: the names tried in turn, and one writer a path."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import PurePosixPath

_CANDIDATES = 200


class OnConflict(StrEnum):
    """What to do when another content has the name; the same content is always "already there"."""

    KEEP_BOTH = "keep-both"
    REPLACE = "replace"
    FAIL = "fail"


def candidates(path: PurePosixPath) -> Iterator[PurePosixPath]:
    """Give *path*, then ``photo (2).jpg``, ``photo (3).jpg``, …"""
    yield path
    stem, suffix = path.stem, path.suffix
    for number in range(2, _CANDIDATES + 1):
        yield path.with_name(f"{stem} ({number}){suffix}")


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
