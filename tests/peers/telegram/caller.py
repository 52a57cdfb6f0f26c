"""Who asks, and what an answer may be made from."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyrogram import raw
from pyrogram.raw.core import TLObject

from .faults import Faults
from .queries import Queries
from .records import CHANNEL_ZERO, Chat, Profile
from .refusals import Refused
from .rendering import View
from .sessions import Session, Sessions
from .uploads import Uploads
from .world import World


@dataclass(frozen=True, slots=True)
class Server:
    """What one server tells its clients about itself, and what it shares between requests."""

    host: str
    port: int
    api_id: int
    api_hash: str
    world: World
    sessions: Sessions
    faults: Faults
    queries: Queries
    uploads: Uploads


def objects(items: list[Any]) -> list[Any]:
    """
    A vector of a request whose items are 4 or 8 bytes long, as objects.

    kurigram reads vectors without a schema and takes such items for numbers
    (``Vector.read_bare``); ``inputMessageID`` and ``inputUserSelf`` are of that size.
    """
    size = (
        4
        if all(-(1 << 31) <= item < 1 << 31 for item in items if isinstance(item, int))
        else 8
    )
    return [
        TLObject.read(BytesIO(item.to_bytes(size, "little", signed=True)))
        if isinstance(item, int)
        else item
        for item in items
    ]


@dataclass(frozen=True, slots=True)
class Caller:
    """One request's sender."""

    server: Server
    session: Session

    @property
    def world(self) -> World:
        """Everything there is."""
        return self.server.world

    @property
    def bot_id(self) -> int:
        """
        The bot that is logged in.

        Raises:
            Refused: AUTH_KEY_UNREGISTERED, before a login.
        """
        if self.session.auth.bot_id is None:
            raise Refused(401, "AUTH_KEY_UNREGISTERED")
        return self.session.auth.bot_id

    @property
    def view(self) -> View:
        """The world as the bot sees it."""
        return View(self.world, self.bot_id)

    def user(self, given: Any) -> Profile:
        """
        The user an ``inputUser`` or ``inputPeerUser`` means; a bot may leave the access hash out.

        Raises:
            Refused: PEER_ID_INVALID.
        """
        if isinstance(given, raw.types.InputUserSelf | raw.types.InputPeerSelf):
            return self.world.profiles[self.bot_id]
        profile = self.world.profiles.get(getattr(given, "user_id", 0))
        if profile is None or given.access_hash not in {0, profile.access_hash}:
            raise Refused(400, "PEER_ID_INVALID")
        return profile

    def group(self, raw_id: int) -> Chat:
        """
        The basic group of that positive id.

        Raises:
            Refused: PEER_ID_INVALID, also when the bot is not in it.
        """
        return self._joined((0, -raw_id), "PEER_ID_INVALID")

    def channel(self, given: Any) -> Chat:
        """
        The supergroup an ``inputChannel`` or ``inputPeerChannel`` means.

        Raises:
            Refused: CHANNEL_INVALID, also when the bot is not in it.
        """
        chat = self._joined((0, CHANNEL_ZERO - given.channel_id), "CHANNEL_INVALID")
        if given.access_hash not in {0, chat.access_hash}:
            raise Refused(400, "CHANNEL_INVALID")
        return chat

    def chat(self, given: Any) -> Chat:
        """
        The chat an ``inputPeer`` means.

        Raises:
            Refused: PEER_ID_INVALID, CHANNEL_INVALID, or USER_IS_BLOCKED by a user who blocked the bot.
        """
        if isinstance(given, raw.types.InputPeerChat):
            return self.group(given.chat_id)
        if isinstance(given, raw.types.InputPeerChannel):
            return self.channel(given)
        profile = self.user(given)
        chat = self.world.chats.get((self.bot_id, profile.id))
        if chat is None:
            raise Refused(400, "PEER_ID_INVALID")
        if self.bot_id in profile.blocks:
            raise Refused(400, "USER_IS_BLOCKED")
        return chat

    def _joined(self, key: tuple[int, int], refusal: str) -> Chat:
        chat = self.world.chats.get(key)
        if chat is None or self.bot_id not in chat.members:
            raise Refused(400, refusal)
        return chat
