"""Whether Nextcloud has a trash bin."""

from pydantic import BaseModel, TypeAdapter

from contracts.errors import Conflict
from storage import ocs
from storage.nextcloud import Call, Nextcloud
from storage.ocs import AS_JSON, OCS, OCSAnswer

_CAPABILITIES = Call("GET", "/ocs/v2.php/cloud/capabilities", OCS, AS_JSON)


class _Files(BaseModel):
    undelete: bool = False


class _Capabilities(BaseModel):
    files: _Files = _Files()


class _Said(BaseModel):
    capabilities: _Capabilities


_SAID = TypeAdapter(OCSAnswer[_Said])


class TrashBin:
    """Asks once; a bin that was there is taken to stay."""

    def __init__(self, nextcloud: Nextcloud) -> None:
        self._nextcloud = nextcloud
        self._has_bin = False

    async def require(self) -> None:
        """
        Return when what is deleted goes to a trash bin.

        Raises:
            Conflict: Nextcloud has none, so it would be gone for good.
        """
        if self._has_bin:
            return
        response = await self._nextcloud.send(_CAPABILITIES)
        said = ocs.read(_SAID, response.content, "its capabilities").data
        if not said.capabilities.files.undelete:
            raise Conflict(
                "Nextcloud has no trash bin (app files_trashbin), so nothing is deleted.",
                code="no_trash_bin",
            )
        self._has_bin = True
