"""Photos and files that the bot sends, by themselves or as an album: each exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pyrogram import raw
from pyrogram.file_id import FileType

from chassis.telegram.client import MTProtoClient
from chassis.telegram.failures import AlreadySent, NotAPhoto
from chassis.telegram.files import decoded
from chassis.telegram.messages import MediaKind
from chassis.telegram.parsing import attached
from chassis.telegram.sending import Text, message_ids, random_id, reply_header
from chassis.telegram.uploads import Upload, upload
from contracts.endings import type_of
from contracts.errors import Rejected, Unavailable

LONGEST_CAPTION = 1024
"""UTF-16 code units. Source: core.telegram.org/api/config, ``caption_length_limit_default``."""
MOST_IN_ALBUM = 10
LARGEST_PHOTO_BYTES = 10 * 1024 * 1024
"""Source: core.telegram.org/bots/api, "sendPhoto"."""
UPLOAD_ANSWER_S = 120.0
"""Telegram looks at a large file before it answers."""
_NOT_PHOTOS = frozenset(
    {
        "image_process_failed",
        "photo_ext_invalid",
        "photo_invalid",
        "photo_invalid_dimensions",
        "photo_save_file_invalid",
    }
)


class Family(StrEnum):
    """What may share an album. Source: core.telegram.org/method/messages.sendMultiMedia."""

    SIGHTS = "sights"
    """Photos and videos, mixed."""
    DOCUMENTS = "documents"
    ALONE = "alone"
    """Voice messages, stickers, animations and the like: never in an album with others."""


_FAMILIES = {
    FileType.PHOTO: Family.SIGHTS,
    FileType.VIDEO: Family.SIGHTS,
    FileType.DOCUMENT: Family.DOCUMENTS,
}


NO_CAPTION = Text("")


@dataclass(frozen=True)
class Item:
    """One photo or file to send; the same *key* is the same message, however often it is sent."""

    file_id: str
    key: str
    caption: Text = NO_CAPTION


def family(file_id: str) -> Family:
    """Say with what a file may share an album."""
    return _FAMILIES.get(decoded(file_id).file_type, Family.ALONE)


def file_number(file_id: str) -> int:
    """
    Name the file that *file_id* stands for: the same number in all its ``file_id``.

    Raises:
        Rejected: It is none of a file.
    """
    number = decoded(file_id).media_id
    assert number is not None
    return number


async def upload_media(client: MTProtoClient, chat_id: int, file: Upload) -> str:
    """
    Bring a file up and make it a photo, a video or a document that a chat can be sent; nobody sees it yet.

    Returns:
        Its ``file_id``, good for some hours.

    Raises:
        NotAPhoto: Telegram takes it as a document only.
        ServiceError: What `upload` and `MTProtoClient.call` raise.
    """
    if file.kind is MediaKind.PHOTO and file.size_bytes > LARGEST_PHOTO_BYTES:
        raise NotAPhoto(f"{file.name} is too large for a photo")
    query = raw.functions.messages.UploadMedia(
        peer=await client.peer(chat_id),
        media=_uploaded(file, await upload(client, file)),
    )
    try:
        answer = await client.call(query, timeout_s=UPLOAD_ANSWER_S)
    except Rejected as error:
        if error.code in _NOT_PHOTOS:
            raise NotAPhoto(f"{file.name}: {error.detail}") from error
        raise
    media = attached(answer)
    if media is None or not media.file_id:
        raise Unavailable(f"Telegram does not say what became of {file.name}")
    return media.file_id


async def send_media(
    client: MTProtoClient,
    chat_id: int,
    items: Sequence[Item],
    *,
    silent: bool = False,
    topic_id: int | None = None,
) -> tuple[int | None, ...]:
    """
    Send *items* as one message each, ten at most; several of one `Family` stand together as an album.

    An answer that does not name all of them says nothing of the others. These are sent again by themselves, with the
    ``random_id`` they had in the album: Telegram shows only those that nobody has seen.

    Returns:
        The message ids in the items' order; ``None`` for what Telegram had already without saying where.
    """
    where: dict[str, Any] = {
        "peer": await client.peer(chat_id),
        "silent": silent or None,
        "reply_to": reply_header(None, topic_id),
    }
    ids = await _send_album(client, items, where) if len(items) > 1 else (None,)
    return tuple(
        [
            message_id or await _send_one(client, item, where)
            for item, message_id in zip(items, ids, strict=True)
        ]
    )


async def _send_album(
    client: MTProtoClient, items: Sequence[Item], where: dict[str, Any]
) -> tuple[int | None, ...]:
    numbers = [random_id(item.key) for item in items]
    singles: list[Any] = [
        raw.types.InputSingleMedia(
            media=_known(item.file_id),
            random_id=number,
            message=item.caption.plain,
            entities=list(item.caption.entities) or None,
        )
        for item, number in zip(items, numbers, strict=True)
    ]
    query = raw.functions.messages.SendMultiMedia(multi_media=singles, **where)
    try:
        return message_ids(await client.call(query), numbers)
    except AlreadySent:
        return (None,) * len(items)


async def _send_one(
    client: MTProtoClient, item: Item, where: dict[str, Any]
) -> int | None:
    number = random_id(item.key)
    query = raw.functions.messages.SendMedia(
        media=_known(item.file_id),
        message=item.caption.plain,
        entities=list(item.caption.entities) or None,
        random_id=number,
        **where,
    )
    try:
        return message_ids(await client.call(query), [number])[0]
    except AlreadySent:
        return None


def _known(file_id: str) -> Any:
    """A file that Telegram has already."""
    file = decoded(file_id)
    assert file.media_id is not None
    assert file.access_hash is not None
    where: dict[str, Any] = {
        "id": file.media_id,
        "access_hash": file.access_hash,
        "file_reference": file.file_reference or b"",
    }
    if file.file_type is FileType.PHOTO:
        return raw.types.InputMediaPhoto(id=raw.types.InputPhoto(**where))
    return raw.types.InputMediaDocument(id=raw.types.InputDocument(**where))


def _uploaded(file: Upload, handle: Any) -> Any:
    """A file that was brought up just now; a video's shape is for Telegram to find out."""
    if file.kind is MediaKind.PHOTO:
        return raw.types.InputMediaUploadedPhoto(file=handle)
    is_video = file.kind is MediaKind.VIDEO
    attributes: list[Any] = [raw.types.DocumentAttributeFilename(file_name=file.name)]
    if is_video:
        shape = raw.types.DocumentAttributeVideo(
            duration=0, w=0, h=0, supports_streaming=True
        )
        attributes.append(shape)
    return raw.types.InputMediaUploadedDocument(
        file=handle,
        mime_type=type_of(file.name),
        attributes=attributes,
        force_file=None if is_video else True,
    )
