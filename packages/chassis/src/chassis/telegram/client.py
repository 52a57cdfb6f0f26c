"""
kurigram as MTProto engine: connections, keys, encryption. What to do with updates is not left to it.

Why kurigram: docs/decisions/0001-kurigram.md; why not its updates: docs/decisions/0005-own-sequence-of-updates.md
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pyrogram
from pyrogram import raw
from pyrogram.crypto.rsa import server_public_keys
from pyrogram.errors import RPCError
from pyrogram.session import Session

from chassis.telegram.account import TelegramAccount
from chassis.telegram.failures import LOSSES, LOST_KEYS, WAITS, failure
from chassis.telegram.session_file import SessionFile
from chassis.telegram.wires import Wire, Wires

ANSWER_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 10.0
TRIES = 3
RETRY_S = 0.5
HANG_UP_S = 5.0
LONGEST_FLOOD_WAIT_S = 30.0
_CONTAINERS = (
    raw.types.Updates,
    raw.types.UpdatesCombined,
    raw.types.UpdateShort,
    raw.types.UpdateShortSentMessage,
)
"""Answers that move the counters on, by what the bot itself did."""


class MTProtoClient(pyrogram.Client):
    """
    One account's connections.

    Args:
        account: Whose.
        storage: Opened by `connect`, closed by `disconnect`.
        on_updates: Gets each container of updates, pushed or in an answer, of any kind and in any order.
        wants_updates: Whether Telegram shall push at all.
    """

    def __init__(
        self,
        account: TelegramAccount,
        storage: SessionFile,
        on_updates: Callable[[Any], None],
        *,
        wants_updates: bool,
    ) -> None:
        if account.server is not None:
            server_public_keys[account.server.fingerprint] = account.server.key
        self._wires = Wires(account.server)
        self._on_updates = on_updates
        self._media_lock = asyncio.Lock()
        self._opening: set[asyncio.Task[Session]] = set()
        super().__init__(
            account.session_name,
            api_id=account.api_id,
            api_hash=account.api_hash.get_secret_value(),
            bot_token=account.bot_token.get_secret_value(),
            storage_engine=storage,
            no_updates=not wants_updates,
            connection_factory=self._wires.connection,  # type: ignore[arg-type]  # it is only called
            loop=asyncio.get_running_loop(),
            workers=1,
        )

    @property
    def key_is_lost(self) -> asyncio.Event:
        """Set when the server no longer knows this session."""
        return self._wires.key_is_lost

    async def handle_updates(self, updates: Any) -> None:
        """Take what kurigram received; its own dispatcher would count it as done before it is."""
        self._on_updates(updates)

    async def peer(self, chat_id: int) -> Any:
        """
        Resolve a chat's input peer, from the session file or from the server.

        Raises:
            NotFound: The bot does not know this chat.
        """
        try:
            return await self.resolve_peer(chat_id)
        except (RPCError, OSError, ValueError) as error:
            raise failure(error) from error

    async def channel(self, chat_id: int) -> raw.types.InputChannel:
        """Resolve a supergroup or channel, see `peer`."""
        peer = await self.peer(chat_id)
        return raw.types.InputChannel(
            channel_id=peer.channel_id, access_hash=peer.access_hash
        )

    async def hang_up(self) -> None:
        """End all sessions and connections, whatever state they are in, within ``HANG_UP_S``."""
        self._wires.is_over = True
        with suppress(TimeoutError):
            async with asyncio.timeout(HANG_UP_S):
                for session in (*self.media_sessions.values(), self.session):
                    if session is not None:
                        await session.stop()
        await self._wires.close()

    async def media_session(self, dc_id: int) -> Session:
        """
        Open, or reuse, the connection for the files of a data centre.

        It is opened to its end also when its caller is cancelled: half open it would be reused for ever, and never answer.

        Raises:
            Unavailable: It cannot be reached.
        """
        opening = asyncio.create_task(self._media_session(dc_id))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)
        return await asyncio.shield(opening)

    async def _media_session(self, dc_id: int) -> Session:
        async with self._media_lock:
            try:
                return await self.get_session(dc_id, is_media=True)
            except (OSError, RPCError) as error:
                self.media_sessions.pop(dc_id, None)
                raise failure(error) from error

    async def call(
        self,
        query: Any,
        *,
        session: Session | None = None,
        timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> Any:
        """
        Ask the server; obey its short waits, and ask again what a cut connection swallowed.

        Every query must be safe to repeat: those that send carry their ``random_id``.

        Raises:
            RateLimited: Telegram asks to wait for longer than ``LONGEST_FLOOD_WAIT_S`` altogether.
            Unavailable: No answer in ``TRIES`` tries.
            ServiceError: What Telegram refuses, see `chassis.telegram.failures`.
        """
        patience_ends = time.monotonic() + LONGEST_FLOOD_WAIT_S
        losses = 0
        while True:
            try:
                return await self._ask(query, session or self.session, timeout_s)
            except WAITS as error:
                wait_s = error.seconds or 1
                if time.monotonic() + wait_s > patience_ends:
                    raise failure(error) from error
                await asyncio.sleep(wait_s)
            except (*LOSSES, RPCError) as error:
                losses += 1
                if isinstance(error, LOST_KEYS):
                    self.key_is_lost.set()
                reason = failure(error)
                if losses == TRIES or not isinstance(error, LOSSES):
                    raise reason from error
                if not reason.retryable:
                    raise reason from error
                await asyncio.sleep(RETRY_S * losses)

    async def _ask(self, query: Any, session: Session | None, timeout_s: float) -> Any:
        if session is None:
            raise ConnectionError("not connected")
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            await session.is_started.wait()
        if self.no_updates or session.is_media:
            query = raw.functions.InvokeWithoutUpdates(query=query)
        answer = await _answer(session, query, timeout_s)
        if isinstance(answer, raw.types.BadMsgNotification):
            raise ConnectionError(f"bad message notification {answer.error_code}")
        await self.fetch_peers(getattr(answer, "users", []))
        await self.fetch_peers(getattr(answer, "chats", []))
        if isinstance(answer, _CONTAINERS):
            self._on_updates(answer)
        return answer


async def _answer(session: Session, query: Any, timeout_s: float) -> Any:
    """Send *query* and wait, but no longer than the connection lasts: kurigram would wait the whole time."""
    connection = session.connection
    assert isinstance(connection, Wire)
    answer = asyncio.ensure_future(session.send(query, timeout=timeout_s))
    cut = asyncio.ensure_future(connection.cut.wait())
    try:
        await asyncio.wait({answer, cut}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise ConnectionError("the connection was cut")
        return answer.result()
    finally:
        answer.cancel()
        cut.cancel()
