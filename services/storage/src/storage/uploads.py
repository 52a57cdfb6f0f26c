"""Files written exactly once: verified by the server's hash, never over another's content unasked."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from contracts.errors import Conflict, NotFound, ServiceError, Unavailable
from contracts.files import StoredFile
from storage.body import Body
from storage.conflicts import OnConflict, Writers, candidates
from storage.folders import FolderMaker
from storage.paths import wire
from storage.webdav import WebDAVClient, Written

logger = logging.getLogger(__name__)

_ONLY_NEW = {"If-None-Match": "*"}


@dataclass(frozen=True)
class Target:
    """Where a file goes, and how."""

    path: PurePosixPath
    modified_at: datetime | None = None
    on_conflict: OnConflict = OnConflict.KEEP_BOTH

    def headers(self) -> dict[str, str]:
        """Nextcloud answers 500 to a time of zero or below, after it has stored the file."""
        if self.modified_at is None or self.modified_at.timestamp() < 1:
            return {}
        return {"X-OC-MTime": str(int(self.modified_at.timestamp()))}


class FileWriter:
    """
    Writes files.

    A repeat after any interruption finds what is there by its hash, so it ends in the same one file.
    """

    def __init__(
        self, webdav: WebDAVClient, folders: FolderMaker, *, side_by_side: int
    ) -> None:
        self._webdav = webdav
        self._folders = folders
        self._writers = Writers()
        self._slots = asyncio.Semaphore(side_by_side)

    async def put(self, target: Target, body: Body) -> StoredFile:
        """
        Write *body* to *target*, or beside it.

        Raises:
            Conflict: The name is taken and *target* says to fail then.
            Unavailable: It did not get there, or not intact; a repeat is harmless.
        """
        async with self._writers.alone(target.path), self._slots:
            await body.settle()
            for path in candidates(target.path):
                stored = await self._put_at(path, target, body)
                if stored is not None:
                    return stored
                if target.on_conflict is OnConflict.FAIL:
                    raise _taken(path)
        raise _taken(target.path)

    async def _put_at(
        self, path: PurePosixPath, target: Target, body: Body
    ) -> StoredFile | None:
        """Write to this very path; ``None`` when another content is there."""
        headers = target.headers()
        if target.on_conflict is not OnConflict.REPLACE:
            headers |= _ONLY_NEW
        written = await self._put_in_folder(path, body, headers)
        if written.status in {409, 412}:
            return await self._already_there(path, body)
        await self._require_intact(path, written, body)
        return self._stored(path, body, written, created=written.status == 201)

    async def _put_in_folder(
        self, path: PurePosixPath, body: Body, headers: Mapping[str, str]
    ) -> Written:
        content = body.content() if body.whole else body
        await self._folders.ensure(path.parent)
        try:
            return await self._webdav.put(path, content, headers)
        except NotFound:
            self._folders.forget(path.parent)
            if not body.replayable:
                raise Unavailable(
                    f"The folder of {path} went away underway; repeat."
                ) from None
        await self._folders.ensure(path.parent)
        return await self._webdav.put(path, content, headers)

    async def _already_there(
        self, path: PurePosixPath, body: Body
    ) -> StoredFile | None:
        await body.drain()
        found = await self._webdav.stat(path)
        if found is None or found.is_folder or found.size_bytes != body.size_bytes:
            return None
        if await self._webdav.sha256(path) != body.sha256:
            return None
        written = Written(200, found.etag, found.file_id, body.sha256)
        return self._stored(path, body, written, created=False)

    async def _require_intact(
        self, path: PurePosixPath, written: Written, body: Body
    ) -> None:
        sha256 = written.sha256 or await self._webdav.sha256(path)
        if sha256 == body.sha256:
            return
        logger.error("content damaged underway", extra={"size_bytes": body.size_bytes})
        await self._discard(path, written)
        raise Unavailable(
            f"{path} arrived damaged at Nextcloud and was removed; repeat.",
            code="content_damaged",
        )

    async def _discard(self, path: PurePosixPath, written: Written) -> None:
        try:
            await self._webdav.delete(path, {"If-Match": f'"{written.etag}"'})
        except ServiceError as error:
            logger.warning("damaged file stays", extra={"detail": error.detail})

    def _stored(
        self, path: PurePosixPath, body: Body, written: Written, *, created: bool
    ) -> StoredFile:
        return StoredFile(
            path=wire(path),
            size_bytes=body.size_bytes,
            sha256=body.sha256,
            etag=written.etag,
            file_id=written.file_id,
            url=self._webdav.url(written.file_id),
            created=created,
        )


def _taken(path: PurePosixPath) -> Conflict:
    return Conflict(f"{path} exists with another content.", code="name_taken")
