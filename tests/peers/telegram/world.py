"""Everything Telegram knows in this world, and who has to be told when it changes."""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from .files import File, Generated, Source
from .records import Box, Chat, ChatKey, Event, Message, Profile
from .refusals import Refused
from .state import State

Push = Callable[[int, Event], None]


class World:
    """People, chats, messages, files and boxes; each change is kept, told to who waits, and pushed."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.profiles: dict[int, Profile] = state.load("profile")
        self.chats: dict[ChatKey, Chat] = state.load("chat")
        self.files: dict[int, File] = state.load("file")
        self.random_ids: dict[tuple[ChatKey, int, int], int] = state.load("random_id")
        self.boxes: dict[int, Box] = {}
        self._counters: dict[str, int] = state.load("counter")
        self.commands: dict[int, list[Any]] = {}
        self._changed = asyncio.Event()
        self.listeners: list[Push] = []
        for (owner, _), event in sorted(state.load("event").items()):
            self.boxes.setdefault(owner, Box()).restore(event)
        for (chat, message_id), (message, file_id) in sorted(
            state.load("message").items()
        ):
            message.media = self.files.get(file_id)
            self.chats[chat].messages[message_id] = message

    def count(self, name: str, first: int) -> int:
        """The next number of a series that survives restarts."""
        self._counters[name] = self._counters.get(name, first - 1) + 1
        self._state.save("counter", name, self._counters[name])
        return self._counters[name]

    def add_profile(self, profile: Profile) -> Profile:
        """Keep a person or a bot."""
        self.profiles[profile.id] = profile
        self._state.save("profile", profile.id, profile)
        return profile

    def add_chat(self, key: ChatKey, title: str, members: Iterable[int]) -> Chat:
        """The chat of that key, made when it is new."""
        if key not in self.chats:
            self.chats[key] = Chat(
                key, title, secrets.randbits(62), list(members), datetime.now(UTC)
            )
            self.keep_chat(self.chats[key])
        return self.chats[key]

    def keep_chat(self, chat: Chat) -> None:
        """Write down what it is and who is in it."""
        self._state.save("chat", chat.key, replace(chat, messages={}))

    def keep_random_id(self, message: Message, random_id: int) -> None:
        """Remember with which ``random_id`` its sender sent a message."""
        key = (message.chat, message.sender_id, random_id)
        self.random_ids[key] = message.id
        self._state.save("random_id", key, message.id)

    def private(self, bot_id: int, user_id: int) -> Chat:
        """The private chat of a bot and a human."""
        return self.add_chat(
            (bot_id, user_id), self.profiles[user_id].name, [bot_id, user_id]
        )

    def add_file(self, source: bytes | Source, mime: str, **details: Any) -> File:
        """Keep a photo or a document."""
        file = File(
            self.count("file", 5_000_000_001),
            secrets.randbits(62),
            source,
            mime,
            datetime.now(UTC),
            **details,
        )
        return self.keep_file(file)

    def keep_file(self, file: File) -> File:
        """Write a file down as it is now."""
        self.files[file.id] = file
        kept = (
            file
            if isinstance(file.source, bytes | Generated)
            else replace(file, source=None)
        )
        self._state.save("file", file.id, kept)
        return file

    def bots_in(self, chat: Chat) -> list[int]:
        """Ids of the bots that read a chat."""
        return [
            member
            for member in chat.members
            if self.profiles[member].bot_token is not None
        ]

    def box(self, bot_id: int, chat: Chat | None = None) -> Box:
        """Where updates about *chat* are counted for that bot; its common box without a chat."""
        owner = (
            chat.key[1] if chat is not None and chat.kind == "supergroup" else bot_id
        )
        return self.boxes.setdefault(owner, Box())

    def post(self, chat: Chat, sender_id: int, **content: Any) -> Message:
        """Put a new message into a chat."""
        series = f"message {chat.key[1]}" if chat.kind == "supergroup" else "message"
        content.setdefault("date", datetime.now(UTC))
        message = Message(
            id=self.count(series, 1),
            chat=chat.key,
            sender_id=sender_id,
            from_bot=self.profiles[sender_id].bot_token is not None,
            **content,
        )
        chat.messages[message.id] = message
        self._keep_message(message)
        self.record(chat, "new", message.id)
        return message

    def edit(self, message: Message, **content: Any) -> None:
        """Change a message; its former text is kept in ``earlier``."""
        message.earlier.append(message.text)
        message.edited_at = datetime.now(UTC)
        for name, value in content.items():
            setattr(message, name, value)
        self._keep_message(message)
        self.record(self.chats[message.chat], "edit", message.id)

    def delete(self, chat: Chat, message_ids: list[int]) -> int:
        """Take messages out of everybody's sight; says how many there were."""
        found = [
            i
            for i in message_ids
            if i in chat.messages and not chat.messages[i].deleted
        ]
        for message_id in found:
            chat.messages[message_id].deleted = True
            self._keep_message(chat.messages[message_id])
        if found:
            self.record(chat, "delete", *found)
        return len(found)

    def record(self, chat: Chat, kind: Any, *message_ids: int) -> None:
        """Enter an update into the boxes of all bots in the chat, and push it."""
        events: dict[int, Event] = {}
        for bot_id in self.bots_in(chat):
            owner = chat.key[1] if chat.kind == "supergroup" else bot_id
            if owner not in events:
                events[owner] = self.boxes.setdefault(owner, Box()).add(
                    kind, chat.key, *message_ids
                )
                self._state.save("event", (owner, events[owner].pts), events[owner])
            for push in self.listeners:
                push(bot_id, events[owner])
        self.tell()

    def _keep_message(self, message: Message) -> None:
        file_id = message.media.id if message.media is not None else None
        self._state.save(
            "message",
            (message.chat, message.id),
            (replace(message, media=None), file_id),
        )

    def message(self, bot_id: int, message_id: int) -> Message:
        """
        A message outside supergroups by its id alone, as MTProto addresses it.

        Raises:
            Refused: MESSAGE_ID_INVALID.
        """
        for chat in self.chats.values():
            if (
                chat.kind != "supergroup"
                and bot_id in chat.members
                and message_id in chat.messages
            ):
                return chat.messages[message_id]
        raise Refused(400, "MESSAGE_ID_INVALID")

    def tell(self) -> None:
        """Wake everybody who waits for a change."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[], Any], timeout_s: float) -> Any:
        """
        Wait for *condition* to hold, looked at after each change.

        Raises:
            TimeoutError: It did not, within *timeout_s*.
        """
        async with asyncio.timeout(timeout_s):
            while not (found := condition()):
                await self._changed.wait()
        return found
