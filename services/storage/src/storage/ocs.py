"""Nextcloud's APIs in JSON, most of them OCS: what they want in a request, and how their answers are read."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.errors import Unavailable

T = TypeVar("T")

OCS: Mapping[str, str] = {"OCS-APIRequest": "true", "Accept": "application/json"}
"""Without the first, Nextcloud's OCS routes answer 412."""
SENDS_JSON: Mapping[str, str] = {**OCS, "Content-Type": "application/json"}
AS_JSON: Mapping[str, str] = {"format": "json"}


class _Wrapped(BaseModel, Generic[T]):
    data: T


class OCSAnswer(BaseModel, Generic[T]):
    """An answer in JSON."""

    ocs: _Wrapped[T]

    @property
    def data(self) -> T:
        return self.ocs.data


def read(kind: TypeAdapter[T], answer: bytes, what: str) -> T:
    """
    Read *answer*, which is on *what*.

    Raises:
        Unavailable: It is not of its *kind*.
    """
    try:
        return kind.validate_json(answer)
    except ValidationError as error:
        raise Unavailable(
            f"Nextcloud's answer on {what} is not what its API says.",
            code="nextcloud_unreadable",
        ) from error
