"""Deletion, to the trash bin only, and only where it is allowed."""

from pathlib import PurePosixPath

from chassis.keyed_locks import KeyedLocks
from contracts.errors import Forbidden, NotFound
from storage.folders import FolderMaker
from storage.paths import wire
from storage.trash_bin import TrashBin
from storage.webdav import WebDAVClient


class Trash:
    """
    Deletes what lies below *allowed*.

    Args:
        trash_bin: Where it goes.
        webdav: Deletes.
        folders: Unlearns the folders.
        allowed: Folders below which may be deleted, not they themselves.
    """

    def __init__(
        self,
        trash_bin: TrashBin,
        webdav: WebDAVClient,
        folders: FolderMaker,
        allowed: tuple[PurePosixPath, ...],
    ) -> None:
        self._bin = trash_bin
        self._webdav = webdav
        self._folders = folders
        self._allowed = allowed
        self._locks = KeyedLocks[PurePosixPath]()

    async def remove(self, path: PurePosixPath) -> None:
        """
        Move a file or folder to the trash bin.

        Raises:
            Forbidden: It is not below a folder where that is allowed.
            Conflict: Nextcloud has no trash bin, so it would be gone for good.
            NotFound: There is nothing.
        """
        if not any(root in path.parents for root in self._allowed):
            names = ", ".join(wire(root) or "the root" for root in self._allowed)
            raise Forbidden(
                f"Only what lies below {names} may be deleted (STORAGE_DELETE_BELOW).",
                code="not_below_delete_roots",
            )
        async with self._locks.of(path):
            await self._bin.require()
            found = await self._webdav.stat(path)
            if found is None:
                raise NotFound(f"Nextcloud has nothing at {wire(path)}.")
            self._folders.forget(path)
            await self._webdav.delete(path)
