"""What arrives from Telegram, in our own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MediaKind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    DOCUMENT = "document"
    AUDIO = "audio"
    VOICE = "voice"
    VIDEO_NOTE = "video_note"
    STICKER = "sticker"
    OTHER = "other"
    """A place, a contact, a poll: there is no file."""


@dataclass(frozen=True)
class Person:
    """Who wrote or pressed; names are as the person typed them."""

    user_id: int
    first_name: str = ""
    last_name: str = ""
    username: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.username


@dataclass(frozen=True)
class Media:
    """
    One photo or file of a message.

    ``file_id`` is in the Bot API's form; the reference inside it expires after some hours and is then fetched again
    from the message. ``size_bytes`` is what Telegram announces; a download is held to it.
    """

    kind: MediaKind
    file_id: str = ""
    size_bytes: int = 0
    file_name: str = ""
    mime_type: str = ""


@dataclass(frozen=True)
class IncomingMessage:
    """
    A message, as it arrives or as it is looked up; ``is_edited`` where it arrives again with another text.

    ``text`` is the caption where there is ``media``. ``media_group_id`` is the same on all photos of one album.
    """

    chat_id: int
    message_id: int
    sent_at: datetime
    sender: Person | None
    text: str = ""
    media: Media | None = None
    media_group_id: int | None = None
    is_edited: bool = False


@dataclass(frozen=True)
class ButtonPress:
    """A press on a button under one of the bot's messages; ``query_id`` wants an answer within about a minute."""

    chat_id: int
    message_id: int
    query_id: int
    sender: Person
    data: str


@dataclass(frozen=True)
class Gap:
    """Some of what people sent while the bot was away may be lost: Telegram holds only so much. It is of no chat."""

    chat_id: int = 0
    message_id: int = 0


Arrival = IncomingMessage | ButtonPress | Gap


@dataclass(frozen=True)
class Button:
    """A button under a message: ``data`` comes back with the press, 64 bytes of UTF-8 at most."""

    label: str
    data: str


Buttons = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""
