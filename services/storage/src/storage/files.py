"""
Files written exactly once: verified by the server's hash, never over another's content unasked.

A body that fits into memory is hashed first, so it can be tried again and compared with what is there; for a larger
one see `storage.large_files`. Why: docs/decisions/0201-exactly-one-file.md.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import PurePosixPath

from chassis.keyed_locks import KeyedLocks
from contracts.errors import Forbidden, NotFound, Rejected
from contracts.files import StoredFile
from storage.ahead import ReadAhead
from storage.body import Body
from storage.contents import Contents
from storage.folder_finder import FolderFinder
from storage.folders import FolderMaker
from storage.free_names import FreeNames
from storage.large_files import LargeFiles
from storage.targets import OnConflict, Target
from storage.webdav import WebDAVClient, Written

_TRIES = 3
"""At a name that is taken when we write and free when we look."""


class FileWriter:
    """
    Writes files.

    A repeat after any interruption finds what is there by its hash, so it ends in the same one file.
    """

    def __init__(
        self,
        webdav: WebDAVClient,
        folders: FolderMaker,
        finder: FolderFinder,
        large_files: LargeFiles,
        *,
        ahead: ReadAhead,
        names: FreeNames,
        side_by_side: int,
    ) -> None:
        self._webdav = webdav
        self._folders = folders
        self._finder = finder
        self._large_files = large_files
        self._names = names
        self._ahead = ahead
        self._contents = Contents(webdav)
        # Nextcloud answers 423, 404 or worse to two writers at one path.
        self._locks = KeyedLocks[PurePosixPath]()
        self._slots = asyncio.Semaphore(side_by_side)
        # Large ones are read while they are sent: a caller that stalls must not hold up the small ones.
        self._large = asyncio.Semaphore(max(1, side_by_side - 2))

    async def put(self, target: Target, body: Body) -> StoredFile:
        """
        Write *body* to *target*, or beside it.

        Raises:
            Rejected: It is empty.
            Conflict: The name is taken and *target* says to fail then.
            Unavailable: It did not get there, or not intact; a repeat is harmless.
        """
        folder = await self._finder.find(target.path.parent)
        target = replace(target, path=folder / target.path.name)
        try:
            async with self._ahead.held(body), self._turn(target.path, body):
                await body.settle()
                _require_bytes(target.path, body)
                await self._folders.ensure(target.path.parent)
                if body.whole:
                    return await self._put_small(target, body)
                return await self._large_files.put(target, body)
        finally:
            body.release()

    @asynccontextmanager
    async def _turn(self, path: PurePosixPath, body: Body) -> AsyncIterator[None]:
        large = nullcontext() if body.whole else self._large
        async with self._locks.of(path), large, self._slots:
            yield

    async def _put_small(self, target: Target, body: Body) -> StoredFile:
        async def put(
            path: PurePosixPath, headers: Mapping[str, str]
        ) -> StoredFile | None:
            if target.on_conflict is OnConflict.REPLACE:
                same = await self._contents.same(path, body)
                if same is not None:
                    return same
            self._folders.claim(path)
            for _ in range(_TRIES):
                written = await self._put_in_folder(path, body, headers)
                if written.status not in {409, 412}:
                    created = written.status == 201
                    return await self._contents.verified(
                        path, body, written, created=created
                    )
                there = await self._webdav.stat(path)
                if there is not None:
                    return await self._contents.compared(path, body, there)
            return None

        return await self._names.put(target, body, put)

    async def _put_in_folder(
        self, path: PurePosixPath, body: Body, headers: Mapping[str, str]
    ) -> Written:
        new = self._folders.is_new(path.parent)
        worth = (NotFound, Forbidden) if new else (NotFound,)
        async for attempt in self._folders.settling.tries(worth):
            with attempt:
                try:
                    written = await self._webdav.put(path, body, headers)
                except NotFound:
                    # Somebody removed a folder that we knew.
                    self._folders.forget(path.parent)
                    await self._folders.ensure(path.parent)
                    raise
        return written


def _require_bytes(path: PurePosixPath, body: Body) -> None:
    """Refuse a transfer that broke before its first byte: nobody photographs nothing."""
    if body.ended and not body.size_bytes:
        raise Rejected(
            f"'{path.name}' is empty (0 bytes): what was to be sent has not come. Send it again.",
            code="empty_file",
        )
