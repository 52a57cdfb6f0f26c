"""What a message may hold, and what Telegram refuses to take into one."""

from typing import Any

from pyrogram import raw
from pyrogram.raw.core import TLObject

from .caller import Caller
from .files import File, picture
from .records import Place
from .refusals import Refused

MOST_TEXT = 4096
MOST_CAPTION = 1024
_MOST_BUTTONS = 100
_MOST_BUTTON_DATA = 64


def text(given: str, limit: int) -> str:
    """
    A text or a caption.

    Raises:
        Refused: MESSAGE_TOO_LONG, MEDIA_CAPTION_TOO_LONG.
    """
    if len(given) > limit:
        name = "MESSAGE" if limit == MOST_TEXT else "MEDIA_CAPTION"
        raise Refused(400, f"{name}_TOO_LONG")
    return given


def markup(given: Any) -> Any:
    """
    Buttons.

    Raises:
        Refused: BUTTON_DATA_INVALID, REPLY_MARKUP_TOO_LONG.
    """
    if not isinstance(given, raw.types.ReplyInlineMarkup):
        return given
    buttons = [button for row in given.rows for button in row.buttons]
    if len(buttons) > _MOST_BUTTONS:
        raise Refused(400, "REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        if not 1 <= len(getattr(button.type, "data", b"-")) <= _MOST_BUTTON_DATA:
            raise Refused(400, "BUTTON_DATA_INVALID")
    return given


def media(caller: Caller, given: Any, index: int | None = None) -> dict[str, Any]:
    """
    What an ``inputMedia`` brings, as fields of a message.

    Args:
        index: Its place in an album; an expired reference is refused by it.

    Raises:
        Refused: FILE_REFERENCE_EXPIRED, FILE_PART_X_MISSING, IMAGE_PROCESS_FAILED,
            MEDIA_EMPTY for an unknown file, MEDIA_INVALID for what this peer lacks.
    """
    if isinstance(given, raw.types.InputMediaGeoPoint):
        point: Any = given.geo_point
        return {"place": Place(point.lat, point.long)}
    if isinstance(given, raw.types.InputMediaPhoto | raw.types.InputMediaDocument):
        return {"media": _known_file(caller, given.id, index)}
    if isinstance(given, raw.types.InputMediaWebPage):
        return {}
    return {"media": _uploaded(caller, given)}


def _uploaded(caller: Caller, given: Any) -> File:
    add_file, uploads = caller.world.add_file, caller.server.uploads
    if isinstance(given, raw.types.InputMediaUploadedPhoto):
        jpeg = uploads.take(given.file)
        return add_file(jpeg, "image/jpeg", photo=picture(jpeg))
    if isinstance(given, raw.types.InputMediaUploadedDocument):
        source = uploads.take(given.file)
        return add_file(source, given.mime_type, attributes=given.attributes)
    raise Refused(400, "MEDIA_INVALID")


def _known_file(caller: Caller, given: Any, index: int | None) -> File:
    file = caller.world.files.get(given.id)
    if file is None or file.access_hash != given.access_hash:
        raise Refused(400, "MEDIA_EMPTY")
    if file.reference != given.file_reference:
        place = "" if index is None else f"_{index}"
        raise Refused(400, f"FILE_REFERENCE{place}_EXPIRED")
    return file


def same(old: Any, new: Any) -> bool:
    """Whether nothing changed; TL objects of different types may call themselves equal."""
    if isinstance(old, list):
        return [item.write() for item in old] == [item.write() for item in new]
    if isinstance(old, TLObject) and isinstance(new, TLObject):
        return bool(old.write() == new.write())
    return bool(old == new)
