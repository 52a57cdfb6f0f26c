"""Whose account it is, as ``GET /ocs/v2.php/cloud/user`` says."""

from pydantic import BaseModel, Field, ValidationError

from contracts.errors import Unavailable
from storage.ocs import OCSAnswer


class _User(BaseModel):
    id: str = Field(min_length=1)


def user_id_in(body: bytes) -> str:
    """
    Read the user id.

    Raises:
        Unavailable: This is not an answer of a Nextcloud.
    """
    try:
        return OCSAnswer[_User].model_validate_json(body).data.id
    except ValidationError as error:
        raise Unavailable(
            "What answers does not speak as a Nextcloud: correct NEXTCLOUD_URL.",
            code="nextcloud_unreadable",
        ) from error
