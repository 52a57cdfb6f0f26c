"""
Large files, written exactly once: streamed as one PUT to a name that is free, or staged in chunks.

Staged are those whose name is taken, whose length is unknown or above what a single PUT may have, and what was begun so:
docs/decisions/0201-exactly-one-file.md, docs/decisions/0205-speed.md.
"""

import time
from collections.abc import Mapping
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
from storage.body import Body
from storage.chunked import Stage
from storage.contents import Contents
from storage.folders import FolderMaker
from storage.free_names import FreeNames
from storage.joining import Staged
from storage.limits import SinglePutLimit
from storage.pace import Pace
from storage.targets import OnConflict, Target
from storage.unanswered import UnansweredFiles
from storage.webdav import WebDAVClient, Written


class LargeFiles:
    """
    Writes bodies that do not fit into memory.

    Args:
        webdav: Where they go.
        folders: Knows which folders are new, so that nobody looks for a name in them.
        stage: Where they lie in chunks until they are complete.
        limit: How large a single PUT may be.
        pace: How much the line carries.
        unanswered: Told of each try.
        names: Finds another where one is taken.
    """

    def __init__(
        self,
        webdav: WebDAVClient,
        folders: FolderMaker,
        stage: Stage,
        *,
        limit: SinglePutLimit,
        pace: Pace,
        unanswered: UnansweredFiles,
        names: FreeNames,
    ) -> None:
        self._webdav = webdav
        self._folders = folders
        self._stage = stage
        self._limit = limit
        self._pace = pace
        self._unanswered = unanswered
        self._names = names
        self._contents = Contents(webdav)

    async def put(self, target: Target, body: Body) -> StoredFile:
        """
        Write *body* to *target*, whose folder is there, or beside it.

        Raises:
            Conflict: The name is taken and *target* says to fail then.
            Unavailable: It did not get there, or not intact; a repeat is harmless.
        """
        free = self._folders.claim(target.path)
        there = None if free else await self._webdav.stat(target.path)
        beside = target.on_conflict is OnConflict.KEEP_BOTH
        if there is not None and there.is_folder and not beside:
            raise target.taken()
        if there is not None and target.on_conflict is OnConflict.FAIL:
            return await self._compared(target, body, there.size_bytes)
        if there is None and await self._goes_in_one(target.path, body.announced_bytes):
            async with self._unanswered.trying(target.path, target, body) as attempt:
                stored = await self._put_streamed(target, body)
                attempt.stored = stored
            return stored
        return await self._put_staged(target, body)

    async def _goes_in_one(self, path: PurePosixPath, size_bytes: int | None) -> bool:
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

        async def join(
            path: PurePosixPath, headers: Mapping[str, str]
        ) -> StoredFile | None:
            self._folders.claim(path)
            there = await self._webdav.stat(path)
            same = await self._contents.compared(path, body, there)
            if same is not None:
                await self._stage.discard(staged.upload_id)
                return same
            if there is not None and there.is_folder:
                return None
            written = await self._published(staged, path, headers)
            if written.status == 412:
                return None
            created = written.status == 201
            return await self._contents.verified(path, body, written, created=created)

        return await self._names.put(target, body, join)

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
