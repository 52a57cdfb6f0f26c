"""Whether Nextcloud has a trash bin."""

from pydantic import BaseModel, ValidationError

from contracts.errors import Conflict, Unavailable
from storage.nextcloud import OCS, Call, Nextcloud

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
        try:
            answer = _Answer.model_validate_json(response.content)
        except ValidationError as error:
            raise Unavailable(
                "Nextcloud does not say whether it has a trash bin; repeat.",
                code="nextcloud_unreadable",
            ) from error
        if not answer.ocs.data.capabilities.files.undelete:
            raise Conflict(
                "Nextcloud has no trash bin (app files_trashbin), so nothing is deleted.",
                code="no_trash_bin",
            )
        self._has_bin = True
