"""
The Telegram session: one bot account over MTProto, as both its services use it.

`session.TelegramSession` is the door; `messages` holds what arrives and what is sent, in our own words. Everything
that kurigram (imported as ``pyrogram``) says stays inside this package.
"""

from chassis.telegram.account import TelegramAccount, TelegramSettings
from chassis.telegram.messages import (
    Button,
    ButtonPress,
    IncomingMessage,
    Media,
    MediaKind,
    Person,
)
from chassis.telegram.session import TelegramSession

__all__ = [
    "Button",
    "ButtonPress",
    "IncomingMessage",
    "Media",
    "MediaKind",
    "Person",
    "TelegramAccount",
    "TelegramSession",
    "TelegramSettings",
]
