"""The ending of a file that comes with a type and without a name, and the reverse."""

import mimetypes
from pathlib import PurePath

_BUILT_IN = mimetypes.MimeTypes()
"""Without what the machine's files add: the same upload gets the same name wherever this runs."""
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_ENDINGS = {
    "application/xml": ".xml",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/jpg": ".jpg",
    "image/webp": ".webp",
    "text/markdown": ".md",
    "video/3gpp": ".3gp",
    f"{_OFFICE}.presentationml.presentation": ".pptx",
    f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    f"{_OPEN}.spreadsheet": ".ods",
    f"{_OPEN}.text": ".odt",
}
"""What Python's own table lacks, or says otherwise than people do."""
_TYPES = {ending: media_type for media_type, ending in _ENDINGS.items()}


def ending_of(content_type: str) -> str:
    """Give ``.txt`` for ``text/plain; charset=utf-8``, nothing for a type that nobody knows."""
    media_type = content_type.partition(";")[0].strip().lower()
    return _ENDINGS.get(media_type) or _BUILT_IN.guess_extension(media_type) or ""


def type_of(name: str) -> str:
    """Give ``text/plain`` for ``notes.txt``, ``application/octet-stream`` for an ending that nobody knows."""
    known = _BUILT_IN.guess_type(name)[0]
    return known or _TYPES.get(
        PurePath(name).suffix.lower(), "application/octet-stream"
    )
