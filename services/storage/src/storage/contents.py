"""What Nextcloud holds at a path, compared with what was sent: by its own hash, never by ours alone."""

import logging
from pathlib import PurePosixPath

from contracts.errors import ServiceError, Unavailable
from contracts.files import StoredFile
from storage.body import Body
from storage.paths import wire
from storage.resources import Resource
from storage.webdav import WebDAVClient, Written

logger = logging.getLogger(__name__)


class Contents:
    """Compares bodies that were read to their end."""

    def __init__(self, webdav: WebDAVClient) -> None:
        self._webdav = webdav

    async def same(self, path: PurePosixPath, body: Body) -> StoredFile | None:
        """Give the file at *path* if it has the content of *body*."""
        return await self.compared(path, body, await self._webdav.stat(path))

    async def compared(
        self, path: PurePosixPath, body: Body, found: Resource | None
    ) -> StoredFile | None:
        """Give what was *found* at *path* if it has the content of *body*."""
        if found is None or found.is_folder or found.size_bytes != body.size_bytes:
            return None
        if await self._webdav.sha256(path) != body.sha256:
            return None
        written = Written(200, found.etag, found.file_id, body.sha256)
        return self.stored(path, body, written, created=False)

    async def verified(
        self, path: PurePosixPath, body: Body, written: Written, *, created: bool
    ) -> StoredFile:
        """
        Give the file that was just written, if it arrived as it was sent; else remove it.

        Raises:
            Unavailable: It did not.
        """
        sha256 = written.sha256 or await self._webdav.sha256(path)
        if sha256 == body.sha256:
            return self.stored(path, body, written, created=created)
        logger.error("content damaged underway", extra={"size_bytes": body.size_bytes})
        await self._discard(path, written)
        raise Unavailable(
            f"{wire(path)} arrived damaged at Nextcloud and was removed; repeat.",
            code="content_damaged",
        )

    def stored(
        self, path: PurePosixPath, body: Body, written: Written, *, created: bool
    ) -> StoredFile:
        """Say what is there now."""
        return StoredFile(
            path=wire(path),
            size_bytes=body.size_bytes,
            sha256=body.sha256,
            etag=written.etag,
            file_id=written.file_id,
            url=self._webdav.url(written.file_id),
            created=created,
        )

    async def _discard(self, path: PurePosixPath, written: Written) -> None:
        try:
            await self._webdav.delete(path, {"If-Match": f'"{written.etag}"'})
        except ServiceError as error:
            logger.warning("damaged file stays", extra={"detail": error.detail})
