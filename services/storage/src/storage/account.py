"""Whose account it is, as ``GET /ocs/v2.php/cloud/user`` says."""

from pydantic import BaseModel, Field, ValidationError

from contracts.errors import Unavailable


class _User(BaseModel):
    id: str = Field(min_length=1)


class _Data(BaseModel):
    data: _User


class _Answer(BaseModel):
    ocs: _Data


def user_id_in(body: bytes) -> str:
    """
    Read the user id.

    Raises:
        Unavailable: This is not an answer of a Nextcloud.
    """
    try:
        return _Answer.model_validate_json(body).ocs.data.id
    except ValidationError as error:
        raise Unavailable(
            "What answers does not speak as a Nextcloud: correct NEXTCLOUD_URL.",
            code="nextcloud_unreadable",
        ) from error
