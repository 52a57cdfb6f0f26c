"""MTProto sessions: who is behind an authorization key, and the numbering of what is sent to them."""

import time
from dataclasses import dataclass, field
from hashlib import sha1
from typing import TYPE_CHECKING, Any

from pyrogram.raw.core.primitives import Bool, Int, Long, Vector

from .state import State

if TYPE_CHECKING:
    from .wire import Wire

MESSAGE_CONTAINER = 0x73F1F8DC


@dataclass(slots=True)
class AuthKey:
    """A permanent key and, after a login, the bot it belongs to."""

    key: bytes
    salt: int
    bot_id: int | None = None

    @property
    def id(self) -> int:
        """Signed, as the transport reads it. Source: core.telegram.org/mtproto/description."""
        return int.from_bytes(sha1(self.key).digest()[-8:], "little", signed=True)


@dataclass(slots=True)
class Session:
    """One session of a client; it outlives its connections and keeps its numbering."""

    auth: AuthKey
    id: int
    wire: "Wire | None" = None
    wants_updates: bool = False
    greeted: bool = False
    _last_message_id: int = 0
    _content_messages: int = field(default=0)

    def message(
        self, body: bytes, *, content: bool, response: bool
    ) -> tuple[int, int, bytes]:
        """Number one message: its id, its sequence number, its body."""
        sequence = self._content_messages * 2 + (1 if content else 0)
        self._content_messages += content
        return self._next_message_id(response=response), sequence, body

    def container(
        self, messages: list[tuple[int, int, bytes]]
    ) -> tuple[int, int, bytes]:
        """Pack several messages into one; a single one stays as it is."""
        if len(messages) == 1:
            return messages[0]
        parts = [Int(MESSAGE_CONTAINER, False), Int(len(messages))]
        for message_id, sequence, body in messages:
            parts += [Long(message_id), Int(sequence), Int(len(body)), body]
        return self.message(b"".join(parts), content=False, response=True)

    def _next_message_id(self, *, response: bool) -> int:
        message_id = (int(time.time() * 2**32) & ~0b11) | (1 if response else 3)
        while message_id <= self._last_message_id:
            message_id += 4
        self._last_message_id = message_id
        return message_id


class Sessions:
    """All keys and sessions the peer knows."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.keys: dict[int, AuthKey] = state.load("auth key")
        self._sessions: dict[tuple[int, int], Session] = {}

    def remember(self, key: bytes, salt: int) -> None:
        """Keep a key just exchanged."""
        self.log_in(AuthKey(key, salt), None)

    def log_in(self, auth: AuthKey, bot_id: int | None) -> None:
        """From now on a key is a bot's."""
        auth.bot_id = bot_id
        self.keys[auth.id] = auth
        self._state.save("auth key", auth.id, auth)

    def of(self, auth: AuthKey, session_id: int) -> Session:
        """The session of that number, made when it is new."""
        return self._sessions.setdefault(
            (auth.id, session_id), Session(auth, session_id)
        )

    def listening(self, bot_id: int) -> list[Session]:
        """Sessions of a bot that are connected and asked for updates."""
        return [
            session
            for session in self._sessions.values()
            if session.auth.bot_id == bot_id
            and session.wants_updates
            and session.wire is not None
        ]

    def wires(self) -> "list[Wire]":
        """Every open connection."""
        return [s.wire for s in self._sessions.values() if s.wire is not None]


def rpc_result(request_id: int, result: bytes) -> bytes:
    """``rpc_result#f35c6d01`` around an answer that is serialized already."""
    return b"".join((Int(0xF35C6D01, False), Long(request_id), result))


def serialized(answer: Any) -> bytes:
    """An answer as TL bytes: an object, a bool, a list of objects or of longs."""
    if isinstance(answer, bool):
        return bytes(Bool(answer))
    if isinstance(answer, list):
        return bytes(Vector(answer))
    return bytes(answer.write())
