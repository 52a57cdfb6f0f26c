"""Raw TL objects become our own types here, and nowhere else; of texts no control character is left. Source: the TL schema of kurigram's layer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pyrogram import raw, utils
from pyrogram.file_id import FileId, FileType, ThumbnailSource

from chassis.telegram.messages import (
    Arrival,
    ButtonPress,
    IncomingMessage,
    Media,
    MediaKind,
    Person,
)
from contracts.texts import without_controls

Users = Mapping[int, Any]
"""The raw users that came with an update, by id."""

_FILE_TYPES = {
    MediaKind.VIDEO: FileType.VIDEO,
    MediaKind.ANIMATION: FileType.ANIMATION,
    MediaKind.DOCUMENT: FileType.DOCUMENT,
    MediaKind.AUDIO: FileType.AUDIO,
    MediaKind.VOICE: FileType.VOICE,
    MediaKind.VIDEO_NOTE: FileType.VIDEO_NOTE,
    MediaKind.STICKER: FileType.STICKER,
}


def arrival(update: Any, users: Users) -> Arrival | None:
    """Read what somebody sent, changed or pressed; ``None`` for the bot's own messages and for all that does not concern us."""
    if isinstance(
        update, raw.types.UpdateNewMessage | raw.types.UpdateNewChannelMessage
    ):
        return incoming(update.message, users)
    if isinstance(update, raw.types.UpdateEditMessage):
        edited = incoming(update.message, users)
        return replace(edited, is_edited=True) if edited else None
    if isinstance(update, raw.types.UpdateBotCallbackQuery):
        return ButtonPress(
            chat_id=utils.get_peer_id(update.peer),
            message_id=update.msg_id,
            query_id=update.query_id,
            sender=person(update.user_id, users),
            data=(update.data or b"").decode("utf-8", "replace"),
        )
    return None


def incoming(message: Any, users: Users) -> IncomingMessage | None:
    """Read a raw message that somebody else than the bot sent; ``None`` for service messages and empty ones."""
    if not isinstance(message, raw.types.Message) or message.out:
        return None
    sender_id = getattr(message.from_id or message.peer_id, "user_id", None)
    return IncomingMessage(
        chat_id=utils.get_peer_id(message.peer_id),
        message_id=message.id,
        sent_at=datetime.fromtimestamp(message.date, UTC),
        sender=person(sender_id, users) if sender_id else None,
        text=without_controls(message.message or ""),
        media=attached(message.media),
        media_group_id=message.grouped_id,
    )


def person(user_id: int, users: Users) -> Person:
    user = users.get(user_id)
    return Person(
        user_id=user_id,
        first_name=without_controls(getattr(user, "first_name", None) or ""),
        last_name=without_controls(getattr(user, "last_name", None) or ""),
        username=getattr(user, "username", None) or "",
    )


def attached(media: Any) -> Media | None:
    """Read what a message carries besides its text; ``None`` for nothing, and for the preview of a link."""
    if media is None or isinstance(media, raw.types.MessageMediaWebPage):
        return None
    if isinstance(media, raw.types.MessageMediaPhoto) and isinstance(
        media.photo, raw.types.Photo
    ):
        return _photo(media.photo)
    if isinstance(media, raw.types.MessageMediaDocument) and isinstance(
        media.document, raw.types.Document
    ):
        return _document(media.document)
    return Media(MediaKind.OTHER)


def _photo(photo: raw.types.Photo) -> Media:
    sizes = [
        size
        for size in photo.sizes
        if isinstance(size, raw.types.PhotoSize | raw.types.PhotoSizeProgressive)
    ]
    if not sizes:
        return Media(MediaKind.OTHER)
    # A photo smaller than its thumbnail's bound has two of the same width and height.
    largest = max(sizes, key=lambda size: (size.w * size.h, _size_bytes(size)))
    file_id = FileId(
        file_type=FileType.PHOTO,
        dc_id=photo.dc_id,
        media_id=photo.id,
        access_hash=photo.access_hash,
        file_reference=photo.file_reference,
        thumbnail_source=ThumbnailSource.THUMBNAIL,
        thumbnail_file_type=FileType.PHOTO,
        thumbnail_size=largest.type,
        volume_id=0,
        local_id=0,
    )
    return Media(
        MediaKind.PHOTO,
        file_id=file_id.encode(),
        size_bytes=_size_bytes(largest),
        mime_type="image/jpeg",
    )


def _size_bytes(size: raw.types.PhotoSize | raw.types.PhotoSizeProgressive) -> int:
    if isinstance(size, raw.types.PhotoSizeProgressive):
        return max(size.sizes)
    return size.size


def _document(document: raw.types.Document) -> Media:
    kind = _document_kind(document)
    file_id = FileId(
        file_type=_FILE_TYPES[kind],
        dc_id=document.dc_id,
        media_id=document.id,
        access_hash=document.access_hash,
        file_reference=document.file_reference,
    )
    named = _attribute(document, raw.types.DocumentAttributeFilename)
    return Media(
        kind,
        file_id=file_id.encode(),
        size_bytes=document.size,
        file_name=without_controls(named.file_name) if named else "",
        mime_type=without_controls(document.mime_type),
    )


def _document_kind(document: raw.types.Document) -> MediaKind:
    if _attribute(document, raw.types.DocumentAttributeSticker):
        return MediaKind.STICKER
    if _attribute(document, raw.types.DocumentAttributeAnimated):
        return MediaKind.ANIMATION
    if video := _attribute(document, raw.types.DocumentAttributeVideo):
        return MediaKind.VIDEO_NOTE if video.round_message else MediaKind.VIDEO
    if audio := _attribute(document, raw.types.DocumentAttributeAudio):
        return MediaKind.VOICE if audio.voice else MediaKind.AUDIO
    return MediaKind.DOCUMENT


def _attribute(document: raw.types.Document, kind: type[Any]) -> Any:
    found = (item for item in document.attributes if isinstance(item, kind))
    return next(found, None)
