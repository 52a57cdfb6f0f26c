"""What a photo of a report is called in Nextcloud."""

from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath

from contracts.actions import PARIS
from contracts.endings import ending_of

_MAX_EXTENSION = 10


class FileKind(StrEnum):
    """The values begin the names."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"


def file_kind(mime_type: str) -> FileKind:
    """Tell what a document is: technicians send photos and videos uncompressed, as files."""
    if mime_type.startswith("image/"):
        return FileKind.PHOTO
    if mime_type.startswith("video/"):
        return FileKind.VIDEO
    return FileKind.DOCUMENT


def file_name(kind: FileKind, position: int, sent_at: datetime, extension: str) -> str:
    """Name a file: ``photo_01_20260325_143201.jpg``, *position* from 1, the time in Europe/Paris."""
    stamp = f"{sent_at.astimezone(PARIS):%Y%m%d_%H%M%S}"
    return f"{kind}_{position:02d}_{stamp}{extension}"


def file_extension(given_name: str, mime_type: str) -> str:
    """
    Keep the extension of the name a file was sent with, lower-cased, else take its type's.

    A sender's name is data: of it only up to 10 letters and digits are kept.
    """
    extension = PurePosixPath(given_name).suffix.lower()
    if (
        extension[1:].isascii()
        and extension[1:].isalnum()
        and len(extension) <= _MAX_EXTENSION
    ):
        return extension
    return ending_of(mime_type) or ".bin"
