"""Nextcloud's OCS APIs: what they want in a request, and what their answers are wrapped in."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")

OCS: Mapping[str, str] = {"OCS-APIRequest": "true", "Accept": "application/json"}
"""Without the first, Nextcloud's OCS routes answer 412."""
AS_JSON: Mapping[str, str] = {"format": "json"}


class _Wrapped(BaseModel, Generic[T]):
    data: T


class OCSAnswer(BaseModel, Generic[T]):
    """An answer in JSON."""

    ocs: _Wrapped[T]

    @property
    def data(self) -> T:
        return self.ocs.data
