"""Files taken back to the trash bin, for certain ours and as we made them."""

import logging
import time
from pathlib import PurePosixPath

from contracts.errors import ServiceError
from storage.resources import Resource
from storage.trash_bin import TrashBin
from storage.unanswered_memory import UnansweredFile
from storage.webdav import WebDAVClient

logger = logging.getLogger(__name__)

UNCLEAR_S = 600.0
"""A request whose answer never came may still be carried out; nothing of ours waits longer than two minutes for one."""


class TakingBack:
    """
    Takes files back.

    Args:
        webdav: Where they are.
        trash_bin: Where they go; without one they stay.
    """

    def __init__(self, webdav: WebDAVClient, trash_bin: TrashBin) -> None:
        self._webdav = webdav
        self._bin = trash_bin

    async def is_done(self, file: UnansweredFile) -> bool:
        """
        Take *file* back, unless it is another's, or was changed, or there is no bin; ``False`` while it may still come.

        Raises:
            ServiceError: It cannot be done now; another time it can.
        """
        try:
            return await self._is_done(file)
        except ServiceError as error:
            if error.retryable:
                raise
            logger.warning("unanswered file stays", extra={"detail": error.detail})
            return True

    async def _is_done(self, file: UnansweredFile) -> bool:
        path = PurePosixPath(file.path)
        found = await self._webdav.stat(path)
        if found is None:
            return bool(file.etag) or time.time() - file.made_at > UNCLEAR_S
        if await self._is_ours(path, file, found):
            await self._bin.require()
            await self._webdav.delete(path, {"If-Match": f'"{found.etag}"'})
            logger.info("file of a broken call taken back")
        return True

    async def _is_ours(
        self, path: PurePosixPath, file: UnansweredFile, found: Resource
    ) -> bool:
        """
        Whether this is what the call made: by the ETag it got, else by the creation time it was given.

        The content is compared as well: two writes within a second keep the ETag.
        """
        if found.is_folder or found.size_bytes != file.size_bytes:
            return False
        if file.etag:
            is_made = file.etag == found.etag
        else:
            is_made = file.stamp in {await self._webdav.created_at(path)} - {0}
        return is_made and await self._webdav.sha256(path) == file.sha256
