"""Records as TL objects, as one bot sees them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pyrogram import raw

from .files import File
from .records import Chat, Event, Message, Profile
from .world import World

DC_ID = 2


def timestamp(moment: datetime) -> int:
    """Whole seconds since 1970, as TL dates are."""
    return int(moment.timestamp())


def user(profile: Profile, viewer_id: int) -> Any:
    """A ``user``."""
    return raw.types.User(
        id=profile.id,
        is_self=profile.id == viewer_id or None,
        bot=profile.bot_token is not None or None,
        bot_info_version=1 if profile.bot_token is not None else None,
        access_hash=profile.access_hash,
        first_name=profile.first_name,
        last_name=profile.last_name,
        username=profile.username,
    )


def group(chat: Chat) -> Any:
    """A ``chat`` or a ``channel``."""
    if chat.kind == "group":
        return raw.types.Chat(
            id=chat.raw_id,
            title=chat.title,
            photo=raw.types.ChatPhotoEmpty(),
            participants_count=len(chat.members),
            date=timestamp(chat.created_at),
            version=1,
            deactivated=chat.became is not None or None,
            migrated_to=_migrated_to(chat),
        )
    return raw.types.Channel(
        id=chat.raw_id,
        title=chat.title,
        photo=raw.types.ChatPhotoEmpty(),
        date=timestamp(chat.created_at),
        megagroup=True,
        access_hash=chat.access_hash,
        participants_count=len(chat.members),
    )


def _migrated_to(chat: Chat) -> Any:
    if chat.became is None:
        return None
    channel_id, access_hash = chat.became
    return raw.types.InputChannel(channel_id=channel_id, access_hash=access_hash)


def peer(chat: Chat) -> Any:
    """A ``peerUser``, ``peerChat`` or ``peerChannel``."""
    return {
        "private": lambda: raw.types.PeerUser(user_id=chat.raw_id),
        "group": lambda: raw.types.PeerChat(chat_id=chat.raw_id),
        "supergroup": lambda: raw.types.PeerChannel(channel_id=chat.raw_id),
    }[chat.kind]()


def message(seen: Message, chat: Chat, viewer_id: int) -> Any:
    """A ``message``; in private chats only what the viewer sent names its sender."""
    out = seen.sender_id == viewer_id
    named = out or chat.kind != "private"
    return raw.types.Message(
        id=seen.id,
        peer_id=peer(chat),
        from_id=raw.types.PeerUser(user_id=seen.sender_id) if named else None,
        date=timestamp(seen.date),
        message=seen.text,
        out=out or None,
        silent=seen.silent or None,
        entities=seen.entities or None,
        reply_markup=seen.markup,
        media=media(seen),
        grouped_id=seen.grouped_id,
        reply_to=raw.types.MessageReplyHeader(reply_to_msg_id=seen.reply_to_id)
        if seen.reply_to_id
        else None,
        edit_date=timestamp(seen.edited_at) if seen.edited_at else None,
    )


def media(seen: Message) -> Any:
    """What a message carries besides its text."""
    if seen.place is not None:
        point = raw.types.GeoPoint(
            long=seen.place.longitude, lat=seen.place.latitude, access_hash=0
        )
        return raw.types.MessageMediaGeo(geo=point)
    return seen.other if seen.media is None else file_media(seen.media)


def file_media(file: File) -> Any:
    """A ``messageMediaPhoto`` or ``messageMediaDocument``."""
    if file.photo is not None:
        return raw.types.MessageMediaPhoto(photo=_photo(file))
    return raw.types.MessageMediaDocument(document=_document(file))


def _photo(file: File) -> Any:
    picture = file.photo
    assert picture is not None
    small = raw.types.PhotoSize(
        type="m",
        w=picture.thumb_width_px,
        h=picture.thumb_height_px,
        size=len(picture.thumb),
    )
    full = raw.types.PhotoSize(
        type=picture.type, w=picture.width_px, h=picture.height_px, size=file.size
    )
    return raw.types.Photo(
        id=file.id,
        access_hash=file.access_hash,
        file_reference=file.reference,
        date=timestamp(file.date),
        sizes=[small, full],
        dc_id=DC_ID,
    )


def _document(file: File) -> Any:
    return raw.types.Document(
        id=file.id,
        access_hash=file.access_hash,
        file_reference=file.reference,
        date=timestamp(file.date),
        mime_type=file.mime,
        size=file.size,
        dc_id=DC_ID,
        attributes=list(file.attributes),
    )


class View:
    """What one bot may see of the world, as TL."""

    def __init__(self, world: World, bot_id: int) -> None:
        self._world = world
        self._bot_id = bot_id

    def update(self, event: Event, *, pts_count: int | None = None) -> Any:
        """The update of an event, with its messages as they are now."""
        chat = self._world.chats[event.chat]
        place = {
            "pts": event.pts,
            "pts_count": len(event.message_ids) if pts_count is None else pts_count,
        }
        if event.kind == "delete":
            ids = list(event.message_ids)
            if chat.kind == "supergroup":
                return raw.types.UpdateDeleteChannelMessages(
                    channel_id=chat.raw_id, messages=ids, **place
                )
            return raw.types.UpdateDeleteMessages(messages=ids, **place)
        kinds: dict[tuple[str, bool], Any] = {
            ("new", False): raw.types.UpdateNewMessage,
            ("new", True): raw.types.UpdateNewChannelMessage,
            ("edit", False): raw.types.UpdateEditMessage,
            ("edit", True): raw.types.UpdateEditChannelMessage,
        }
        seen = self.message(chat.messages[event.message_ids[0]])
        return kinds[event.kind, chat.kind == "supergroup"](message=seen, **place)

    def message(self, seen: Message) -> Any:
        """A message, or ``messageEmpty`` when it was deleted."""
        if seen.deleted:
            return raw.types.MessageEmpty(id=seen.id)
        return message(seen, self._world.chats[seen.chat], self._bot_id)

    def updates(self, updates: list[Any], chats: Iterable[Chat]) -> Any:
        """An ``updates`` with everybody it is about."""
        return raw.types.Updates(
            updates=updates,
            date=timestamp(datetime.now().astimezone()),
            seq=0,
            **self.people(chats),
        )

    def people(self, chats: Iterable[Chat]) -> dict[str, Any]:
        """``users`` and ``chats`` that messages of *chats* refer to."""
        chats = list({chat.key: chat for chat in chats}.values())
        members = {member for chat in chats for member in (*chat.members, *chat.former)}
        return {
            "users": [
                user(self._world.profiles[member], self._bot_id)
                for member in sorted(members | {self._bot_id})
            ],
            "chats": [group(chat) for chat in chats if chat.kind != "private"],
        }
