"""
kurigram as MTProto engine: connections, keys, encryption. What to do with updates is not left to it.

Why kurigram: docs/decisions/0001-kurigram.md; why not its updates: docs/decisions/0005-own-sequence-of-updates.md
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from pyrogram import raw
from pyrogram.crypto.rsa import server_public_keys
from pyrogram.errors import RPCError
from pyrogram.session import Session

from chassis.tasks import stop
from chassis.telegram.account import TelegramAccount
from chassis.telegram.clock import SteadyClient
from chassis.telegram.failures import LOSSES, LOST_KEYS, WAITS, failure
from chassis.telegram.session_file import SessionFile
from chassis.telegram.wires import Wire, Wires
from contracts.errors import Unavailable

Result = TypeVar("Result")

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


class MTProtoClient(SteadyClient):
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
        self._apart: set[asyncio.Task[Any]] = set()
        super().__init__(
            account.session_name,
            api_id=account.api_id,
            api_hash=account.api_hash.get_secret_value(),
            bot_token=account.bot_token.get_secret_value(),
            storage_engine=storage,
            no_updates=not wants_updates,
            connection_factory=self._wires.connection,
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
        self._wires.over.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(HANG_UP_S):
                for session in (*self.media_sessions.values(), self.session):
                    if session is not None:
                        await session.stop()
        await self._wires.close()
        await stop(self._apart)

    async def media_session(self, dc_id: int) -> Session:
        """
        Open, or reuse, the connection for the files of a data centre.

        It is opened to its end also when its caller is cancelled: half open it would be reused for ever, and never answer.

        Raises:
            Unavailable: It cannot be reached, or all are hung up meanwhile.
        """
        opening = self._set_apart(self._media_session(dc_id))
        await asyncio.wait({opening})
        if opening.cancelled():
            # Not by who waits here: he would be taken for cancelled himself, and not try again.
            raise Unavailable("Telegram: the connections were closed")
        return opening.result()

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
        await self._require_started(session)
        if self.no_updates or session.is_media:
            query = raw.functions.InvokeWithoutUpdates(query=query)
        answer = await self._answer(session, query, timeout_s)
        if isinstance(answer, raw.types.BadMsgNotification):
            raise ConnectionError(f"bad message notification {answer.error_code}")
        await self.fetch_peers(getattr(answer, "users", []))
        await self.fetch_peers(getattr(answer, "chats", []))
        if isinstance(answer, _CONTAINERS):
            self._on_updates(answer)
        return answer

    async def _require_started(self, session: Session) -> None:
        """Wait until *session* is connected, for ``CONNECT_TIMEOUT_S`` at most; not once all are hung up."""
        if not session.is_started.is_set():
            await self._started_or_over(session)
        if self._wires.over.is_set() or not session.is_started.is_set():
            raise ConnectionError("not connected")

    async def _started_or_over(self, session: Session) -> None:
        waits = [
            asyncio.ensure_future(event.wait())
            for event in (session.is_started, self._wires.over)
        ]
        try:
            await asyncio.wait(
                waits,
                timeout=CONNECT_TIMEOUT_S,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            for wait in waits:
                wait.cancel()

    async def _answer(self, session: Session, query: Any, timeout_s: float) -> Any:
        """
        Send *query* and wait, but no longer than the connection lasts: kurigram would wait the whole time.

        It is left to end by itself where nobody waits any more: cancelled, kurigram would keep the answer for ever.
        """
        connection = session.connection
        assert isinstance(connection, Wire)
        answer = self._set_apart(session.send(query, timeout=timeout_s))
        cut = asyncio.ensure_future(connection.cut.wait())
        try:
            await asyncio.wait({answer, cut}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done() or answer.cancelled():
                raise ConnectionError("the connection was cut")
            return answer.result()
        finally:
            cut.cancel()

    def _set_apart(self, work: Coroutine[Any, Any, Result]) -> "asyncio.Task[Result]":
        """Do *work* to its end, or to `hang_up`, whoever waits for it is cancelled."""
        task = asyncio.create_task(work)
        self._apart.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._apart.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be left to look at it
