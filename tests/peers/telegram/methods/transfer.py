"""``upload.*``: files down and up."""

from typing import Any

from pyrogram import raw

from tests.peers.telegram.caller import Caller
from tests.peers.telegram.files import MEBIBYTE, File
from tests.peers.telegram.refusals import Refused

_GRAIN_BYTES = 4096


def get_file(caller: Caller, query: Any) -> Any:
    """One piece of a file. Source: core.telegram.org/api/files#downloading-files."""
    location = query.location
    file = caller.world.files.get(getattr(location, "id", 0))
    if file is None or location.access_hash != file.access_hash:
        raise Refused(400, "FILE_ID_INVALID")
    if location.file_reference != file.reference:
        raise Refused(400, "FILE_REFERENCE_EXPIRED")
    _check_piece(query)
    return raw.types.upload.File(
        type=raw.types.storage.FileJpeg()
        if file.mime == "image/jpeg"
        else raw.types.storage.FileUnknown(),
        mtime=int(file.date.timestamp()),
        bytes=_withheld(
            caller, query, _piece(file, location.thumb_size, query.offset, query.limit)
        ),
    )


def _check_piece(query: Any) -> None:
    if query.offset < 0 or query.offset % _GRAIN_BYTES:
        raise Refused(400, "OFFSET_INVALID")
    crosses = query.offset // MEBIBYTE != (query.offset + query.limit - 1) // MEBIBYTE
    if (
        query.limit <= 0
        or query.limit % _GRAIN_BYTES
        or MEBIBYTE % query.limit
        or crosses
    ):
        raise Refused(400, "LIMIT_INVALID")


def _piece(file: File, size: str, offset: int, limit: int) -> bytes:
    if file.photo is not None and size == "m":
        return file.photo.thumb[offset : offset + limit]
    return file.read(offset, limit)


def _withheld(caller: Caller, query: Any, piece: bytes) -> bytes:
    fault = caller.server.faults.pending("truncate", "upload.getfile")
    if fault is None or query.offset + len(piece) <= fault.at_byte:
        return piece
    caller.server.faults.strikes("truncate", "upload.getfile")
    return piece[: max(0, fault.at_byte - query.offset)]


def save_file_part(caller: Caller, query: Any) -> Any:
    """One part of a file on its way up, of a small or of a big one."""
    caller.server.uploads.save(query.file_id, query.file_part, query.bytes)
    return True


ANSWERS = {
    raw.functions.upload.GetFile: get_file,
    raw.functions.upload.SaveFilePart: save_file_part,
    raw.functions.upload.SaveBigFilePart: save_file_part,
}
