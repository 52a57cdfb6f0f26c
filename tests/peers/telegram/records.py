"""What the peer keeps: people, chats, messages, and the updates each account may still ask for."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pyrogram import raw

from .files import File
from .html import as_html

ChatKey = tuple[int, int]
"""``(bot id, user id)`` of a private chat, ``(0, marked id)`` of a group."""

CHANNEL_ZERO = -1_000_000_000_000


@dataclass(slots=True)
class Profile:
    """A human, or a bot when it has a token."""

    id: int
    access_hash: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    bot_token: str | None = None
    blocks: set[int] = field(default_factory=set)

    @property
    def name(self) -> str:
        """First and last name."""
        return " ".join(filter(None, (self.first_name, self.last_name)))


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button; *data* of a callback button, *url* of a link."""

    text: str
    data: bytes | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A location somebody shared, in degrees."""

    latitude: float
    longitude: float


@dataclass(slots=True)
class Message:
    """One message of a chat, as it is now."""

    id: int
    chat: ChatKey
    sender_id: int
    from_bot: bool
    date: datetime
    text: str = ""
    entities: list[Any] = field(default_factory=list)
    markup: Any = None
    media: File | None = None
    place: Place | None = None
    other: Any = None
    """A ``messageMedia`` without a file, as it goes over the wire: a contact, a poll."""
    grouped_id: int | None = None
    reply_to_id: int | None = None
    silent: bool = False
    edited_at: datetime | None = None
    earlier: list[str] = field(default_factory=list)
    deleted: bool = False

    @property
    def buttons(self) -> list[list[Button]]:
        """Its inline buttons, row by row."""
        if not isinstance(self.markup, raw.types.ReplyInlineMarkup):
            return []
        return [[_button(button) for button in row.buttons] for row in self.markup.rows]

    @property
    def html(self) -> str:
        """Its text with bold, links and the like as tags."""
        return as_html(self.text, self.entities)

    @property
    def labels(self) -> list[str]:
        """The texts on its buttons."""
        return [button.text for row in self.buttons for button in row]


def _button(button: Any) -> Button:
    return Button(
        button.text,
        getattr(button.type, "data", None),
        getattr(button.type, "url", None),
    )


@dataclass(slots=True)
class Chat:
    """A private chat with a bot, a basic group or a supergroup."""

    key: ChatKey
    title: str
    access_hash: int
    members: list[int]
    created_at: datetime
    former: list[int] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    became: tuple[int, int] | None = None
    """The supergroup that a basic group was made: its raw id and access hash."""

    @property
    def kind(self) -> Literal["private", "group", "supergroup"]:
        """Which of the three it is."""
        if self.key[0]:
            return "private"
        return "supergroup" if self.key[1] < CHANNEL_ZERO else "group"

    @property
    def raw_id(self) -> int:
        """The positive id that MTProto uses: of the user, the group or the channel."""
        marked = self.key[1]
        return {
            "private": marked,
            "group": -marked,
            "supergroup": CHANNEL_ZERO - marked,
        }[self.kind]

    def visible(self) -> list[Message]:
        """Its messages in order, without the deleted ones."""
        return [message for message in self.messages.values() if not message.deleted]


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a box: it moved ``pts`` up to here."""

    pts: int
    kind: Literal["new", "edit", "delete"]
    chat: ChatKey
    message_ids: tuple[int, ...]


@dataclass(slots=True)
class Box:
    """A sequence of updates with its own ``pts``: a bot's common one, or a supergroup's."""

    pts: int = 1
    events: list[Event] = field(default_factory=list)

    def add(
        self, kind: Literal["new", "edit", "delete"], chat: ChatKey, *message_ids: int
    ) -> Event:
        """Enter an update; ``pts`` grows by the number of messages it is about."""
        self.pts += len(message_ids)
        event = Event(self.pts, kind, chat, message_ids)
        self.events.append(event)
        return event

    def restore(self, event: Event) -> None:
        """Put back an update entered before a restart."""
        self.pts = event.pts
        self.events.append(event)

    def since(self, pts: int) -> list[Event]:
        """What a client that stands at *pts* has missed."""
        return [event for event in self.events if event.pts > pts]
