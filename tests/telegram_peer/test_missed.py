"""What a bot has missed, it gets: after being away, after silence, and to each of its sessions."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyrogram import filters
from pyrogram.handlers import (
    DeletedMessagesHandler,
    EditedMessageHandler,
    MessageHandler,
)

from tests.peers.telegram import TelegramPeer
from tests.telegram_peer.conftest import Inbox, client, jpeg


async def test_messages_sent_while_the_bot_was_away_are_held(
    telegram: TelegramPeer, tmp_path: Path
) -> None:
    jean = telegram.add_user("Jean")
    async with client(telegram, tmp_path) as bot:
        await jean.send("avant")
        await Inbox(bot).take(1)

    await jean.send("pendant")
    await jean.send_album([jpeg(shade) for shade in range(3)], "Müller")
    returned = client(telegram, tmp_path)
    inbox = Inbox(returned)

    async with returned:
        missed = await inbox.take(4)
        await jean.send("après")
        [fresh] = await inbox.take(1)

    assert [m.text or m.caption for m in missed] == ["pendant", "Müller", None, None]
    assert fresh.text == "après"


async def test_more_than_a_slice_is_held(
    telegram: TelegramPeer, tmp_path: Path
) -> None:
    jean = telegram.add_user("Jean")
    async with client(telegram, tmp_path):
        pass
    for number in range(250):
        await jean.send(f"message {number}")

    returned = client(telegram, tmp_path)
    inbox = Inbox(returned)
    async with returned:
        missed = await inbox.take(250)

    assert [m.text for m in missed] == [f"message {n}" for n in range(250)]
    assert inbox.is_empty()


async def test_supergroup_messages_are_held_too(
    telegram: TelegramPeer, tmp_path: Path
) -> None:
    jean = telegram.add_user("Jean")
    group = telegram.add_supergroup(-1001234567890, "SAV", members=[jean])
    async with client(telegram, tmp_path) as bot:
        await jean.send("avant", to=group)
        await Inbox(bot).take(1)

    await jean.send("pendant", to=group)
    returned = client(telegram, tmp_path)
    inbox = Inbox(returned)
    async with returned:
        [missed] = await inbox.take(1)

    assert (missed.text, missed.chat.id) == ("pendant", group.id)


async def test_edits_and_deletions_are_pushed(telegram: TelegramPeer, bot: Any) -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def edited(_: Any, message: Any) -> None:
        seen.put_nowait("edited " + message.text)

    async def deleted(_: Any, messages: Any) -> None:
        seen.put_nowait(f"deleted {messages[0].id}")

    bot.add_handler(EditedMessageHandler(edited, filters.incoming))
    bot.add_handler(DeletedMessagesHandler(deleted))
    jean = telegram.add_user("Jean")

    message = await jean.send("Mulle")
    await jean.edit(message, "Müller")
    await jean.delete(message)
    async with asyncio.timeout(10):
        updates = [await seen.get(), await seen.get()]

    assert updates == ["edited Müller", f"deleted {message.id}"]
    assert jean.chat == []


async def test_silence_is_overcome_by_asking(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    jean = telegram.add_user("Jean")
    fault = telegram.faults.silence()
    await jean.send("Bonjour")
    await bot.get_me()
    assert inbox.is_empty()

    await bot.recover_gaps()

    [message] = await inbox.take(1)
    assert message.text == "Bonjour"
    assert fault.struck == 1


async def test_a_gap_that_is_too_long_is_skipped(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    silence = telegram.faults.silence()
    jean = telegram.add_user("Jean")
    await jean.send("perdu")
    silence.remove()
    fault = telegram.faults.difference_too_long()

    await bot.recover_gaps()
    await jean.send("Bonjour")

    [message] = await inbox.take(1)
    assert message.text == "Bonjour"
    assert fault.struck == 1


async def test_update_pushed_twice_arrives_twice(
    telegram: TelegramPeer, inbox: Inbox
) -> None:
    fault = telegram.faults.duplicate_updates(times=1)
    jean = telegram.add_user("Jean")

    await jean.send("Bonjour")
    await jean.send("Bien")

    texts = [m.text for m in await inbox.take(3)]
    assert texts == ["Bonjour", "Bonjour", "Bien"]
    assert fault.struck == 1


async def test_siblings_come_late(telegram: TelegramPeer, inbox: Inbox) -> None:
    jean = telegram.add_user("Jean")

    at_once = await jean.send_album([jpeg(n) for n in range(3)], late={1: 0.05})
    early = await inbox.take(2)
    assert inbox.is_empty()
    await telegram.settled()
    [late] = await inbox.take(1)

    assert [m.id for m in early] == [m.id for m in at_once]
    assert late.media_group_id == early[0].media_group_id
    assert late.id > early[1].id


async def test_both_sessions_of_a_bot_get_updates(
    telegram: TelegramPeer, bot: Any, inbox: Inbox, start: Callable[..., Any]
) -> None:
    group = telegram.add_group(-5000000001, "Chantiers")
    second = await start("second")
    mirror: Inbox = Inbox(second)
    outgoing: list[Any] = []

    async def keep(_: Any, message: Any) -> None:
        outgoing.append(message.text)

    second.add_handler(MessageHandler(keep, filters.outgoing), group=1)
    jean = telegram.add_user("Jean")

    await bot.send_message(group.id, "notice")
    await jean.send("Bonjour")

    assert [m.text for m in await inbox.take(1)] == ["Bonjour"]
    assert [m.text for m in await mirror.take(1)] == ["Bonjour"]
    assert outgoing == ["notice"]


async def test_session_without_updates_gets_none(
    telegram: TelegramPeer, bot: Any, inbox: Inbox, start: Callable[..., Any]
) -> None:
    group = telegram.add_group(-5000000001, "Chantiers")
    notifier = await start("notifier", no_updates=True)
    await notifier.send_message(group.id, "notice")

    await telegram.add_user("Jean").send("Bonjour")
    await inbox.take(1)

    assert [m.text for m in group.messages] == ["notice"]
    assert telegram.listening == 1


async def test_client_set_back_to_an_old_state_gets_everything_again(
    telegram: TelegramPeer, tmp_path: Path
) -> None:
    """What a killed client had not written down comes a second time."""
    jean = telegram.add_user("Jean")
    async with client(telegram, tmp_path):
        pass
    session = tmp_path / "bot.session"
    old = session.read_bytes()
    first = client(telegram, tmp_path)
    inbox = Inbox(first)
    async with first:
        await jean.send("Bonjour")
        await inbox.take(1)

    session.write_bytes(old)
    second = client(telegram, tmp_path)
    inbox = Inbox(second)
    async with second:
        [again] = await inbox.take(1)

    assert again.text == "Bonjour"


async def test_what_was_missed_is_pushed_neither_with_nor_after_the_reconnection(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    """kurigram passes over the gap in ``pts``; whoever keeps the old one can still ask."""
    jean = telegram.add_user("Jean")
    [before] = await bot.storage.get_update_states(0)
    telegram.faults.cut_now()

    await jean.send("pendant")
    await telegram.until(lambda: telegram.listening == 1)
    await jean.send("après")

    assert [m.text for m in await inbox.take(1)] == ["après"]
    assert await bot.recover_gaps(0) == (0, 0)
    await bot.storage.set_update_state(before)
    assert await bot.recover_gaps(0) == (2, 0)
    assert [m.text for m in await inbox.take(2)] == ["pendant", "après"]
