"""
Files written exactly once: verified by the server's hash, never over another's content unasked.

A body that fits into memory is hashed first, so it can be tried again and compared with what is there. A larger one
is streamed once to a name that is free, or staged in chunks where the name is taken, the length unknown or above
what a single PUT may have: docs/decisions/0201-exactly-one-file.md.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import PurePosixPath

from contracts.errors import (
    Conflict,
    Forbidden,
    NotFound,
    ServiceError,
    TooLarge,
    Unavailable,
)
from contracts.files import StoredFile
from storage.body import WINDOW_BYTES, Body
from storage.chunked import Stage, Staged
from storage.contents import Contents
from storage.folders import FolderMaker
from storage.limits import SinglePutLimit
from storage.pace import Pace
from storage.places import Places
from storage.targets import OnConflict, Target
from storage.unanswered import UnansweredFiles
from storage.webdav import WebDAVClient, Written
from storage.writers import Writers

_READ_AT_ONCE = 32
"""Small bodies that are read ahead, each into at most 1 MiB."""


class FileWriter:
    """
    Writes files.

    A repeat after any interruption finds what is there by its hash, so it ends in the same one file.
    """

    def __init__(
        self,
        webdav: WebDAVClient,
        folders: FolderMaker,
        places: Places,
        stage: Stage,
        limit: SinglePutLimit,
        *,
        pace: Pace,
        unanswered: UnansweredFiles,
        side_by_side: int,
    ) -> None:
        self._webdav = webdav
        self._folders = folders
        self._places = places
        self._stage = stage
        self._limit = limit
        self._pace = pace
        self._unanswered = unanswered
        self._contents = Contents(webdav)
        self._writers = Writers()
        self._slots = asyncio.Semaphore(side_by_side)
        # Large ones are read while they are sent: a caller that stalls must not hold up the small ones.
        self._large = asyncio.Semaphore(max(1, side_by_side - 2))
        self._reading = asyncio.Semaphore(_READ_AT_ONCE)

    async def put(self, target: Target, body: Body) -> StoredFile:
        """
        Write *body* to *target*, or beside it.

        Raises:
            Conflict: The name is taken and *target* says to fail then.
            Unavailable: It did not get there, or not intact; a repeat is harmless.
        """
        folder = await self._places.folder(target.path.parent)
        target = replace(target, path=folder / target.path.name)
        async with self._writers.alone(target.path), self._turn(body):
            try:
                await body.settle()
                await self._folders.ensure(target.path.parent)
                if body.whole:
                    return await self._put_small(target, body)
                return await self._put_large(target, body)
            finally:
                body.release()

    @asynccontextmanager
    async def _turn(self, body: Body) -> AsyncIterator[None]:
        """Wait for a place; a small body is read before it takes one."""
        if (body.announced_bytes or 0) <= WINDOW_BYTES:
            async with self._reading:
                await body.settle()
        large = nullcontext() if body.whole else self._large
        async with large, self._slots:
            yield

    async def _put_small(self, target: Target, body: Body) -> StoredFile:
        for path in target.candidates():
            async with self._unanswered.trying(path, target, body) as attempt:
                attempt.stored = await self._tried(path, target, body, attempt.headers)
            if attempt.stored is not None:
                return attempt.stored
        raise target.taken()

    async def _tried(
        self,
        path: PurePosixPath,
        target: Target,
        body: Body,
        headers: Mapping[str, str],
    ) -> StoredFile | None:
        """Put a whole body at *path*; ``None`` when another content is there."""
        if target.on_conflict is OnConflict.REPLACE:
            same = await self._contents.same(path, body)
            if same is not None:
                return same
        self._folders.claim(path)
        written = await self._put_in_folder(path, body, headers)
        if written.status in {409, 412}:
            return await self._contents.same(path, body)
        created = written.status == 201
        return await self._contents.verified(path, body, written, created=created)

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

    async def _put_large(self, target: Target, body: Body) -> StoredFile:
        free = self._folders.claim(target.path)
        there = None if free else await self._webdav.stat(target.path)
        if there is not None and target.on_conflict is OnConflict.FAIL:
            return await self._compared(target, body, there.size_bytes)
        if there is None and await self._goes_in_one(target.path, body.announced_bytes):
            async with self._unanswered.trying(target.path, target, body) as attempt:
                stored = await self._put_streamed(target, body)
                attempt.stored = stored
            return stored
        return await self._put_staged(target, body)

    async def _goes_in_one(self, path: PurePosixPath, size_bytes: int | None) -> bool:
        if self._limit.allows(path, size_bytes):
            return True
        if not self._limit.allows(path, size_bytes, self._pace.quick_bytes):
            return False
        return not await self._stage.has_begun(path, size_bytes)

    async def _compared(
        self, target: Target, body: Body, size_bytes: int
    ) -> StoredFile:
        """Read the body for its hash alone."""
        if body.announced_bytes in {None, size_bytes}:
            await body.drain()
            async with self._unanswered.trying(target.path, target, body) as attempt:
                attempt.stored = await self._contents.same(target.path, body)
            if attempt.stored is not None:
                return attempt.stored
        raise target.taken()

    async def _put_streamed(self, target: Target, body: Body) -> StoredFile:
        path, started = target.path, time.monotonic()
        try:
            written = await self._webdav.put(path, body, target.headers())
            self._pace.put_took(body.size_bytes, time.monotonic() - started)
        except TooLarge as error:
            await self._limit.refused(body.announced_bytes)
            raise Unavailable(
                "Nextcloud takes no request this large; from now on it goes in chunks: repeat.",
                code="too_large_for_one_put",
            ) from error
        except ServiceError as error:
            return await self._after_failure(path, body, error)
        if written.status in {409, 412}:
            return await self._after_failure(path, body, target.taken())
        created = written.status == 201
        return await self._contents.verified(path, body, written, created=created)

    async def _after_failure(
        self, path: PurePosixPath, body: Body, error: ServiceError
    ) -> StoredFile:
        """Look whether the file got there all the same; if not, the repeat is staged and can be resumed."""
        if isinstance(error, NotFound):
            self._folders.forget(path.parent)
        else:
            self._limit.broke_off(path)
        if body.ended and (same := await self._contents.same(path, body)) is not None:
            return same.model_copy(update={"created": True})
        settled = not self._folders.is_new(path.parent)
        if error.retryable or (isinstance(error, Forbidden) and settled):
            raise error
        raise Unavailable(f"{error.detail} Repeat.", code=error.code) from error

    async def _put_staged(self, target: Target, body: Body) -> StoredFile:
        staged = await self._stage.fill(target.path, body)
        for path in target.candidates():
            async with self._unanswered.trying(path, target, body) as attempt:
                attempt.stored = await self._placed(staged, path, body, attempt.headers)
            if attempt.stored is not None:
                return attempt.stored
        raise target.taken()

    async def _placed(
        self,
        staged: Staged,
        path: PurePosixPath,
        body: Body,
        headers: Mapping[str, str],
    ) -> StoredFile | None:
        """Join what is staged at *path*; ``None`` when another content is there."""
        self._folders.claim(path)
        if (same := await self._contents.same(path, body)) is not None:
            await self._stage.discard(staged.upload_id)
            return same
        written = await self._published(staged, path, headers)
        if written.status == 412:
            return None
        created = written.status == 201
        return await self._contents.verified(path, body, written, created=created)

    async def _published(
        self, staged: Staged, path: PurePosixPath, headers: Mapping[str, str]
    ) -> Written:
        try:
            return await self._stage.publish(staged, path, headers)
        except Conflict:
            # Somebody removed a folder that we knew.
            self._folders.forget(path.parent)
        await self._folders.ensure(path.parent)
        return await self._stage.publish(staged, path, headers)
