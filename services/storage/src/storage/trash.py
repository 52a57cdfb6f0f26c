"""Deletion, to the trash bin only, and only where it is allowed."""

from pathlib import PurePosixPath

from pydantic import BaseModel, ValidationError

from contracts.errors import Conflict, Forbidden, NotFound
from storage.folders import FolderMaker
from storage.nextcloud import OCS, Call, Nextcloud
from storage.paths import wire
from storage.webdav import WebDAVClient
from storage.writers import Writers

_CAPABILITIES = Call("GET", "/ocs/v2.php/cloud/capabilities", OCS, {"format": "json"})


class _Files(BaseModel):
    undelete: bool = False


class _Capabilities(BaseModel):
    files: _Files = _Files()


class _Said(BaseModel):
    capabilities: _Capabilities


class _Data(BaseModel):
    data: _Said


class _Answer(BaseModel):
    ocs: _Data


class Trash:
    """
    Deletes what lies below *allowed*.

    Args:
        nextcloud: Says whether it has a trash bin.
        webdav: Deletes.
        folders: Unlearns the folders.
        allowed: Folders below which may be deleted, not they themselves.
    """

    def __init__(
        self,
        nextcloud: Nextcloud,
        webdav: WebDAVClient,
        folders: FolderMaker,
        allowed: tuple[PurePosixPath, ...],
    ) -> None:
        self._nextcloud = nextcloud
        self._webdav = webdav
        self._folders = folders
        self._allowed = allowed
        self._alone = Writers()
        self._has_bin = False

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
        async with self._alone.alone(path):
            await self._require_bin()
            found = await self._webdav.stat(path)
            if found is None:
                raise NotFound(f"Nextcloud has nothing at {wire(path)}.")
            self._folders.forget(path)
            await self._webdav.delete(path)

    async def _require_bin(self) -> None:
        if self._has_bin:
            return
        response = await self._nextcloud.send(_CAPABILITIES)
        try:
            answer = _Answer.model_validate_json(response.content)
        except ValidationError:
            answer = None
        if answer is None or not answer.ocs.data.capabilities.files.undelete:
            raise Conflict(
                "Nextcloud has no trash bin (app files_trashbin), so nothing is deleted.",
                code="no_trash_bin",
            )
        self._has_bin = True
