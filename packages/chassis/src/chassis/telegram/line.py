"""The line to Telegram: logged in, listening, and again so after whatever happens to it."""

import asyncio
import logging
import sqlite3
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyrogram.session import Session

from chassis.patience import Patience
from chassis.tasks import stop
from chassis.telegram.account import TelegramAccount
from chassis.telegram.client import MTProtoClient
from chassis.telegram.deliveries import Deliveries
from chassis.telegram.ledger import Entry, UpdateLedger
from chassis.telegram.login import LOGIN_WAIT_S, Login
from chassis.telegram.messages import Arrival
from chassis.telegram.session_file import SessionFile
from chassis.telegram.updates import UpdateFeed
from contracts.errors import ServiceError, Unavailable

logger = logging.getLogger(__name__)

PATIENCE = Patience(first_s=0.5, longest_s=60.0)
LISTEN_TRIES = 3
_CATCH_UP = object()
"""In the inbox: time to ask what was missed."""


@dataclass(frozen=True)
class Pace:
    """How the line looks after itself, in seconds."""

    commit_s: float = 1.0
    """Peers and settled updates reach the session file this often."""
    silence_s: float = 60.0
    """After this long without an update the server is asked whether one was missed."""
    grace_s: float = 5.0
    """How long handlers at work may take to end when the line closes."""


class Line:
    """
    Keeps one account logged in, in the background, from `open` to `close`.

    Args:
        account: Whose.
        folder: Where the session file is.
        deliveries: Gets what arrives; without it Telegram is asked to push nothing.
        pace: How often it looks after itself.
    """

    def __init__(
        self,
        account: TelegramAccount,
        folder: Path,
        deliveries: Deliveries | None,
        pace: Pace,
    ) -> None:
        self._account = account
        self._deliveries = deliveries
        self._pace = pace
        self._file = SessionFile(account.session_name, folder)
        self._login = Login(account, self._file)
        self._ledger = UpdateLedger()
        self._inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._feed = UpdateFeed(self._call, self._channel, self._deliver, self._ledger)
        self._client: MTProtoClient | None = None
        self._is_ready = asyncio.Event()
        self._is_closing = asyncio.Event()
        self._trouble = "not connected yet"
        self._keeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to log in; does not wait for it."""
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Let handlers at work end, keep what is settled, hang up."""
        if self._deliveries is not None:
            await self._deliveries.close(self._pace.grace_s)
        self._is_closing.set()
        if self._keeper is not None:
            await self._keeper

    async def client(self, wait_s: float = LOGIN_WAIT_S) -> MTProtoClient:
        """
        Wait for the logged-in client.

        Raises:
            Unavailable: There is none within *wait_s*; says why.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._is_ready.wait()
        if self._client is None or not self._is_ready.is_set():
            raise Unavailable(f"Telegram: {self._trouble}")
        return self._client

    @property
    def open_updates(self) -> int:
        """How many updates have been received and not handled."""
        return self._ledger.open_count

    async def _keep(self) -> None:
        """Log in, listen, hang up, rest, and again. Nothing that goes wrong with Telegram may end this."""
        attempt = 0
        while not self._is_closing.is_set():
            client = self._client = MTProtoClient(
                self._account,
                self._file,
                self._take_in,
                wants_updates=self._deliveries is not None,
            )
            error = await self._run(self._log_in(client))
            if error is None:
                attempt = 0
                self._is_ready.set()
                error = await self._run(
                    self._listen(),
                    self._commit_regularly(),
                    self._login.notice_lost_key(client),
                )
                self._is_ready.clear()
            await self._hang_up(client)
            if error is not None:
                attempt += 1
                await self._rest(attempt, error)

    async def _run(self, *works: Coroutine[Any, Any, None]) -> BaseException | None:
        """Do *works* side by side until one ends or the line is closed; says what it ended with."""
        closing = asyncio.create_task(self._is_closing.wait())
        tasks = [asyncio.create_task(work) for work in works]
        await asyncio.wait({closing, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        ended = [task for task in tasks if task.done()]
        await stop([closing, *tasks])
        return next((task.exception() for task in ended), None)

    async def _rest(self, attempt: int, error: BaseException) -> None:
        """Wait before the next try, or until the line is closed."""
        ours = error if isinstance(error, ServiceError) else Unavailable(str(error))
        self._trouble = str(error)
        trace = None if ours is error else error
        logger.warning("line to Telegram lost: %s", self._trouble, exc_info=trace)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE.pause_s(attempt, ours)):
                await self._is_closing.wait()

    async def _log_in(self, client: MTProtoClient) -> None:
        await self._login.log_in(client)
        await self._commit()
        if self._deliveries is not None:
            await self._feed.begin(await self._file.positions())
            client.connect_handler = self._catch_up_after_reconnect
            await self._commit()

    async def _listen(self) -> None:
        attempt = 0
        while True:
            updates = await self._next_updates()
            try:
                if updates is _CATCH_UP:
                    await self._feed.catch_up()
                else:
                    await self._feed.take(updates)
            except ServiceError as error:
                attempt += 1
                if attempt == LISTEN_TRIES:
                    raise
                await asyncio.sleep(PATIENCE.pause_s(attempt, error))
                self._inbox.put_nowait(_CATCH_UP)
            else:
                attempt = 0

    async def _next_updates(self) -> Any:
        try:
            async with asyncio.timeout(self._pace.silence_s):
                return await self._inbox.get()
        except TimeoutError:
            return _CATCH_UP

    async def _catch_up_after_reconnect(self, _client: Any, session: Session) -> None:
        if not session.is_media:
            self._inbox.put_nowait(_CATCH_UP)

    def _take_in(self, updates: Any) -> None:
        if self._deliveries is not None:
            self._inbox.put_nowait(updates)

    def _deliver(self, arrival: Arrival, entry: Entry) -> None:
        assert self._deliveries is not None
        self._deliveries.put(arrival, entry)

    async def _call(self, query: Any) -> Any:
        assert self._client is not None
        return await self._client.call(query)

    async def _channel(self, chat_id: int) -> Any:
        assert self._client is not None
        return await self._client.channel(chat_id)

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(self._pace.commit_s)
            await self._commit()

    async def _commit(self) -> None:
        """Keep the peers, and of the positions only those that all handlers have passed."""
        await self._file.keep(self._ledger.settled())

    async def _hang_up(self, client: MTProtoClient) -> None:
        try:
            await self._commit()
        except sqlite3.Error as error:  # on a full disk, say
            logger.warning(
                "what was handled is not kept, and may come again: %s", error
            )
        await client.hang_up()
        await self._file.close()
        self._client = None
