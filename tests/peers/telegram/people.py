"""The scripting side: technicians who send, press and read."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from pyrogram import raw

from tests.waiting import WAIT_S

from . import attachments
from .files import Source
from .groups import Group
from .queries import Answer
from .records import Button, Chat, Message, Place, Profile
from .transcript import NotSeen, see, transcript

if TYPE_CHECKING:
    from .peer import TelegramPeer


class Person:
    """A human with a telephone; writes to the first bot unless *to* names a group."""

    def __init__(self, telegram: "TelegramPeer", profile: Profile) -> None:
        self._telegram = telegram
        self._world = telegram.world
        self.profile = profile

    @property
    def id(self) -> int:
        """The user id."""
        return self.profile.id

    @property
    def chat(self) -> list[Message]:
        """The private chat as this person sees it now, oldest first."""
        return self._chat(None).visible()

    async def send(
        self,
        text: str,
        *,
        to: Group | None = None,
        at: datetime | None = None,
    ) -> Message:
        """Write a text; a command is marked as one."""
        entities = []
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            entities.append(raw.types.MessageEntityBotCommand(offset=0, length=length))
        return self._post(to, at, text=text, entities=entities)

    async def send_photo(
        self,
        jpeg: bytes,
        caption: str | None = None,
        *,
        at: datetime | None = None,
    ) -> Message:
        """Send one photo."""
        media = attachments.photo(self._world, jpeg)
        return self._post(None, at, text=caption or "", media=media)

    async def send_album(
        self,
        jpegs: Sequence[bytes],
        caption: str | None = None,
        *,
        on: int = 0,
        gap_s: float = 0,
        late: dict[int, float] | None = None,
        at: datetime | None = None,
    ) -> list[Message]:
        """
        Send up to ten photos as one album, in order, except those that come *late*.

        Args:
            on: Index of the photo that carries the caption.
            gap_s: Pause between two photos.
            late: Photos (by index) that arrive so many seconds after their turn,
                when this call may long have returned.

        Returns:
            The messages that are there already.
        """
        grouped_id = self._world.count("album", 13_000_000_000_000_001)
        sent = []
        for index, jpeg in enumerate(jpegs):
            moment = at and at + timedelta(seconds=index * gap_s)
            post = partial(
                self._post,
                None,
                moment,
                text=caption or "" if index == on else "",
                media=attachments.photo(self._world, jpeg),
                grouped_id=grouped_id,
            )
            if late and index in late:
                self._telegram.later(late[index], post)
            else:
                sent.append(post())
                await asyncio.sleep(gap_s)
        return sent

    async def send_document(
        self,
        source: bytes | Source,
        name: str,
        mime: str = "application/octet-stream",
        caption: str | None = None,
        *,
        at: datetime | None = None,
    ) -> Message:
        """Send a file under its name."""
        media = attachments.document(self._world, source, name, mime)
        return self._post(None, at, text=caption or "", media=media)

    async def send_video(
        self,
        source: bytes | Source,
        name: str = "video.mp4",
        *,
        at: datetime | None = None,
    ) -> Message:
        """Send a video."""
        media = attachments.video(self._world, source, name)
        return self._post(None, at, media=media)

    async def send_video_note(self, source: bytes | Source) -> Message:
        """Send a round video."""
        return self._post(None, None, media=attachments.video_note(self._world, source))

    async def send_voice(self) -> Message:
        """Send a voice message."""
        return self._post(None, None, media=attachments.voice(self._world))

    async def send_sticker(self) -> Message:
        """Send a sticker."""
        return self._post(None, None, media=attachments.sticker(self._world))

    async def send_location(self, latitude: float, longitude: float) -> Message:
        """Share a place, in degrees."""
        return self._post(None, None, place=Place(latitude, longitude))

    async def send_contact(self, phone: str, first_name: str) -> Message:
        """Share somebody's number."""
        return self._post(None, None, other=attachments.contact(phone, first_name))

    async def send_poll(self, question: str, *answers: str) -> Message:
        """Ask all."""
        return self._post(None, None, other=attachments.poll(question, answers))

    async def press(
        self,
        label: str,
        *,
        on: Message | None = None,
        to: Group | None = None,
        timeout_s: float = WAIT_S,
    ) -> Answer:
        """
        Press the newest visible button with *label* in its text, once it is there.

        Returns:
            What the bot answered.

        Raises:
            NotSeen: There is no such button.
            NoAnswer: The bot did not answer within *timeout_s*.
        """
        message, button = await self._button(label, on, self._chat(to), timeout_s)
        return await self._telegram.press(self.profile, message, button, timeout_s)

    async def sees(
        self, text: str, timeout_s: float = WAIT_S, *, after: Message | None = None
    ) -> Message:
        """Wait for the bot's newest message (later than *after*) whose current text contains *text*."""
        chat = self._chat(None)
        return await see(self._world, chat, text, timeout_s, after=after, from_bot=True)

    async def edit(self, message: Message, text: str) -> None:
        """Change the text of one's own message."""
        self._world.edit(message, text=text)

    async def replace_photo(self, message: Message, jpeg: bytes) -> None:
        """Put another photo into one's own message."""
        self._world.edit(message, media=attachments.photo(self._world, jpeg))

    async def delete(self, message: Message) -> None:
        """Delete a message for everybody."""
        self._world.delete(self._world.chats[message.chat], [message.id])

    def block(self) -> None:
        """Block the first bot."""
        self.profile.blocks.add(self._telegram.bot.id)
        self._world.add_profile(self.profile)

    async def _button(
        self, label: str, on: Message | None, chat: Chat, timeout_s: float
    ) -> tuple[Message, Button]:
        def newest() -> tuple[Message, Button] | None:
            messages = chat.visible() if on is None else [on]
            labelled = (
                (message, button)
                for message in reversed(messages)
                for row in message.buttons
                for button in row
                if label in button.text
            )
            return next(labelled, None)

        try:
            found: tuple[Message, Button] = await self._world.until(newest, timeout_s)
        except TimeoutError:
            shown = transcript(chat.visible())
            raise NotSeen(f"no button {label!r} in:\n{shown}") from None
        return found

    def _chat(self, to: Group | None) -> Chat:
        if to is not None:
            return to.state
        return self._world.private(self._telegram.bot.id, self.id)

    def _post(self, to: Group | None, at: datetime | None, **content: Any) -> Message:
        if at is not None:
            content["date"] = at
        return self._world.post(self._chat(to), self.id, **content)
