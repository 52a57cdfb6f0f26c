"""What storage says of Nextcloud's files and folders."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.texts import PlainText
from contracts.times import LooseTime


class Chantier(BaseModel):
    """One folder below ``Chantiers/``. ``name`` is the folder's, ``label`` what a person reads."""

    model_config = ConfigDict(frozen=True)
    name: str
    label: str
    client: str
    date: dt.date | None = None
    path: str
    modified_at: dt.datetime
    url: str


class FileEntry(BaseModel):
    """One line of a folder's listing."""

    model_config = ConfigDict(frozen=True)
    name: str
    path: str
    kind: Literal["file", "folder"]
    size_bytes: int
    modified_at: dt.datetime
    etag: str
    file_id: str


class StoredFile(BaseModel):
    """
    A file that is in Nextcloud, its content verified by the server's own SHA-256.

    ``created`` is false when the same content was there already. ``path`` may differ from the one asked for:
    names are made safe, and another's file is kept beside (``photo (2).jpg``).
    """

    model_config = ConfigDict(frozen=True)
    path: str
    size_bytes: int
    sha256: str
    etag: str
    file_id: str
    url: str
    created: bool


class StoredFolder(BaseModel):
    model_config = ConfigDict(frozen=True)
    path: str
    file_id: str
    url: str
    created: bool


class UploadedFiles(BaseModel):
    """The answer to ``POST /storage/upload``."""

    model_config = ConfigDict(frozen=True)
    items: tuple[StoredFile, ...]
    folder: str
    url: str


class ShareRequest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    path: str = Field(max_length=4000)
    expires_at: LooseTime | None = None
    password: PlainText | None = Field(default=None, max_length=1000)


class Share(BaseModel):
    """A read-only public link."""

    model_config = ConfigDict(frozen=True)
    path: str
    url: str
    expires_at: dt.datetime | None = None
    created: bool
