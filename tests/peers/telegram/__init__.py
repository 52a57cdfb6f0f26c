"""A Telegram that runs on loopback, speaks MTProto to unmodified clients, and misbehaves on demand."""

from .files import File, Generated, Source
from .groups import Group
from .peer import TelegramPeer
from .people import Person
from .queries import Answer, NoAnswer
from .records import Button, Message, Place
from .switchboard import Call
from .transcript import NotSeen, transcript

__all__ = [
    "Answer",
    "Button",
    "Call",
    "File",
    "Generated",
    "Group",
    "Message",
    "NoAnswer",
    "NotSeen",
    "Person",
    "Place",
    "Source",
    "TelegramPeer",
    "transcript",
]
