"""Logging an account in, with the key of an earlier time or anew."""

import asyncio

from pyrogram.errors import RPCError

from chassis.telegram.account import TelegramAccount
from chassis.telegram.client import MTProtoClient
from chassis.telegram.failures import LOST_KEYS, failure
from chassis.telegram.session_file import SessionFile
from contracts.errors import Unavailable

LOGIN_WAIT_S = 10.0


class Login:
    """How *account* gets in with what *file* has kept; a key that the server does not know is forgotten."""

    def __init__(self, account: TelegramAccount, file: SessionFile) -> None:
        self._account = account
        self._file = file

    async def log_in(self, client: MTProtoClient) -> None:
        """
        Connect, and be the bot.

        Raises:
            ServiceError: Telegram does not answer, or refuses.
        """
        try:
            is_known = await client.connect()
            await self._started(client)
            if not is_known:
                await client.sign_in_bot(self._account.bot_token.get_secret_value())
            client.me = await client.get_me()
        except (RPCError, OSError) as error:
            if isinstance(error, LOST_KEYS):
                await self._file.forget_key()
            raise failure(error) from error

    async def notice_lost_key(self, client: MTProtoClient) -> None:
        """
        Wait for as long as the server knows us.

        Raises:
            Unavailable: It does not any more.
        """
        await client.key_is_lost.wait()
        await self._file.forget_key()
        raise Unavailable("the session was ended from outside: logging in anew")

    async def _started(self, client: MTProtoClient) -> None:
        """kurigram goes on trying by itself, unless the server does not know our key."""
        assert client.session is not None
        started = asyncio.ensure_future(client.session.is_started.wait())
        lost = asyncio.ensure_future(client.key_is_lost.wait())
        await asyncio.wait(
            {started, lost}, timeout=LOGIN_WAIT_S, return_when=asyncio.FIRST_COMPLETED
        )
        for waiting in (started, lost):
            waiting.cancel()
        if client.key_is_lost.is_set():
            await self._file.forget_key()
            raise Unavailable("the server does not know this session: logging in anew")
        if not client.session.is_started.is_set():
            raise Unavailable("no connection")
