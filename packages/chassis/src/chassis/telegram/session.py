"""The door to Telegram: what the services may ask of it, in our own words."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyrogram import raw

from chassis.telegram import files, lookups, media, sending
from chassis.telegram.account import TelegramAccount
from chassis.telegram.deliveries import Deliveries, Handler
from chassis.telegram.failures import OtherFile
from chassis.telegram.line import Line, Pace
from chassis.telegram.login import LOGIN_WAIT_S
from chassis.telegram.members import Members
from chassis.telegram.messages import Buttons, IncomingMessage
from chassis.telegram.uploads import Upload


class TelegramSession:
    """
    One bot account, opened once, for as long as the service runs.

    Give a *handler* to receive. An update counts as done when the handler has returned: until then it comes again
    after a crash, so the handler first writes what it got to its database. It is called in order within a chat, with
    chats side by side; a retryable `ServiceError` from it is tried again, any other `ServiceError` is the end of that
    update, and other errors are tried a few times, then again every few minutes and at the next start.

    All calls wait for the login, for ten seconds at most, and raise `ServiceError`: `Unavailable` when Telegram does
    not answer, `RateLimited` with ``retry_after_s`` for a long flood wait, `Forbidden`, `NotFound` or `Rejected` with
    Telegram's word as ``code`` for what it refuses.
    """

    def __init__(
        self,
        account: TelegramAccount,
        data_dir: Path,
        *,
        handler: Handler | None = None,
        pace: Pace = Pace(),  # noqa: B008 - frozen
    ) -> None:
        self._deliveries = Deliveries(handler) if handler is not None else None
        self._line = Line(account, data_dir / "telegram", self._deliveries, pace)
        self._members = Members()

    async def open(self) -> None:
        """Begin to log in, in the background: a service starts also while Telegram is away."""
        await self._line.open()

    async def close(self) -> None:
        """Let handlers at work end (five seconds at most) and hang up."""
        await self._line.close()

    async def ready(self, wait_s: float = LOGIN_WAIT_S) -> str:
        """
        Wait for the login; a word on the state, for ``/readyz``.

        Raises:
            Unavailable: Not logged in; says why.
        """
        client = await self._line.client(wait_s)
        waiting = self._line.open_updates
        passed = self._deliveries.passed_over if self._deliveries is not None else 0
        name = client.me.username if client.me is not None else None
        return f"@{name}; {waiting} updates at work, {passed} passed over"

    async def send_text(
        self,
        chat_id: int,
        text: str,
        *,
        key: str,
        is_html: bool = False,
        buttons: Buttons = (),
        silent: bool = False,
        reply_to: int | None = None,
        topic_id: int | None = None,
    ) -> int | None:
        """
        Send one message, once: the same *key* is the same message, however often it is sent.

        Returns:
            Its message id; ``None`` when Telegram had it already and does not tell which it is.
        """
        client = await self._line.client()
        return await sending.send_text(
            client,
            chat_id,
            await sending.parsed(text, is_html=is_html),
            key=key,
            buttons=buttons,
            silent=silent,
            reply_to=reply_to,
            topic_id=topic_id,
        )

    async def edit_text(
        self,
        chat_id: int,
        message_id: int,
        text: str,
        *,
        is_html: bool = False,
        buttons: Buttons = (),
    ) -> None:
        """Make a message of the bot's read *text* and show *buttons*, none by default; harmless twice."""
        await sending.edit_text(
            await self._line.client(),
            chat_id,
            message_id,
            await sending.parsed(text, is_html=is_html),
            buttons=buttons,
        )

    async def drop_buttons(self, chat_id: int, message_id: int) -> None:
        """Leave a message of the bot's without its buttons; harmless twice."""
        client = await self._line.client()
        await sending.drop_buttons(client, chat_id, message_id)

    async def empty_caption(self, chat_id: int, message_id: int) -> None:
        """Leave a photo or file of the bot's without its text; harmless twice."""
        client = await self._line.client()
        await sending.edit_text(client, chat_id, message_id, media.NO_CAPTION)

    async def upload_media(self, chat_id: int, file: Upload) -> str:
        """Make a file one that *chat_id* can be sent, see `media.upload_media`; its ``file_id``."""
        return await media.upload_media(await self._line.client(), chat_id, file)

    async def send_media(
        self,
        chat_id: int,
        items: Sequence[media.Item],
        *,
        silent: bool = False,
        topic_id: int | None = None,
    ) -> tuple[int | None, ...]:
        """Send photos or files, each once, see `media.send_media`; their message ids."""
        client = await self._line.client()
        return await media.send_media(
            client, chat_id, items, silent=silent, topic_id=topic_id
        )

    async def answer_press(
        self, query_id: int, text: str = "", *, alert: bool = False
    ) -> None:
        """End a press's spinner, with a short word or an alert."""
        client = await self._line.client()
        await sending.answer_press(client, query_id, text, alert=alert)

    async def set_commands(self, commands: Mapping[str, str]) -> None:
        """Name the bot's commands, each with its description, to everybody."""
        client = await self._line.client()
        named: list[Any] = [
            raw.types.BotCommand(command=command, description=description)
            for command, description in commands.items()
        ]
        scope = raw.types.BotCommandScopeDefault()
        await client.call(
            raw.functions.bots.SetBotCommands(scope=scope, lang_code="", commands=named)
        )

    async def message(self, chat_id: int, message_id: int) -> IncomingMessage:
        """
        Look one message up.

        Raises:
            NotFound: It is gone, or the bot's own.
        """
        return await lookups.message(await self._line.client(), chat_id, message_id)

    async def sent_as(self, chat_id: int, text: str, *, after: int) -> int | None:
        """Look for the bot's own message *text* among the ids soon after *after*; its id."""
        client = await self._line.client()
        return await lookups.sent_as(client, chat_id, text, after=after)

    async def album(
        self, chat_id: int, message_id: int, media_group_id: int
    ) -> tuple[IncomingMessage, ...]:
        """Look up all messages of an album by the id of any one of them, in order; those not yet sent are missing."""
        client = await self._line.client()
        return await lookups.album(client, chat_id, message_id, media_group_id)

    async def stream(
        self,
        file_id: str,
        *,
        size_bytes: int,
        offset: int = 0,
        origin: tuple[int, int] | None = None,
    ) -> AsyncIterator[bytes]:
        """
        Read a file in pieces of 1 MiB at most, from byte *offset* on.

        Args:
            file_id: As in `Media`, or from the Bot API.
            size_bytes: As announced; what arrives is held to it. 0 when unknown.
            offset: The first byte wanted.
            origin: Chat and message id of the file, for a fresh reference when the one in *file_id* has expired.

        Raises:
            Truncated: Fewer or more bytes came than announced.
            OtherFile: The reference has expired, and *origin* holds another file now.
        """
        client = await self._line.client()

        async def refetch() -> str:
            assert origin is not None
            found = (await self.message(*origin)).media
            if found is None or not found.file_id:
                return file_id
            if media.file_number(found.file_id) != media.file_number(file_id):
                raise OtherFile(f"Message {origin[1]} holds another file now")
            return found.file_id

        pieces = files.stream(
            client,
            file_id,
            size_bytes=size_bytes,
            offset=offset,
            refetch=refetch if origin is not None else None,
        )
        async for piece in pieces:
            yield piece

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        """Whether a user belongs to a group, basic or super; remembered for a minute, a stranger for seconds."""
        return await self._members.is_member(
            await self._line.client(), chat_id, user_id
        )
