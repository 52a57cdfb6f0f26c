"""A message sent twice with one ``random_id`` is one message."""

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import RandomIdDuplicate
from pyrogram.types import InputMediaPhoto

from tests.peers.telegram import TelegramPeer
from tests.telegram_peer.conftest import jpeg, named

GROUP = -5000000001


def numbered(*numbers: int) -> Callable[[], int]:
    """A ``random_id`` source that repeats itself."""
    return cycle(numbers).__next__


async def send(bot: Any, text: str, random_id: int) -> Any:
    """Send by hand, to see the whole answer."""
    peer = await bot.resolve_peer(GROUP)
    query = raw.functions.messages.SendMessage(
        peer=peer, message=text, random_id=random_id
    )
    answer = await bot.invoke(query, retries=1)
    assert isinstance(answer, raw.types.Updates)
    return answer


async def test_repetition_is_answered_with_the_first_message(
    telegram: TelegramPeer, bot: Any
) -> None:
    group = telegram.add_group(GROUP, "Chantiers")

    first = await send(bot, "Un", 42)
    again = await send(bot, "Un, encore", 42)

    assert [m.text for m in group.messages] == ["Un"]
    identity, news = again.updates
    assert isinstance(identity, raw.types.UpdateMessageID)
    assert isinstance(news, raw.types.UpdateNewMessage)
    assert isinstance(news.message, raw.types.Message)
    assert (identity.id, identity.random_id) == (group.messages[0].id, 42)
    assert (news.message.message, news.pts_count) == ("Un", 0)
    assert news.pts == first.updates[1].pts


async def test_repetition_is_refused_on_demand(
    telegram: TelegramPeer, bot: Any
) -> None:
    group = telegram.add_group(GROUP, "Chantiers")
    fault = telegram.faults.random_id_duplicate(code=400)

    await send(bot, "Un", 42)
    with pytest.raises(RandomIdDuplicate):
        await send(bot, "Un", 42)

    assert len(group.messages) == 1
    assert fault.struck == 1


async def test_album_sent_again_adds_nothing(telegram: TelegramPeer, bot: Any) -> None:
    group = telegram.add_group(GROUP, "Chantiers")

    for _ in range(2):
        bot.rnd_id = numbered(101, 102, 1, 2)
        album = [InputMediaPhoto(named(jpeg(shade))) for shade in range(2)]
        sent = await bot.send_media_group(GROUP, album)

    assert [m.id for m in sent] == [m.id for m in group.messages]
    assert len(group.messages) == 2


async def test_same_number_in_another_chat_is_another_message(
    telegram: TelegramPeer, bot: Any
) -> None:
    groups = [telegram.add_group(-5000000001 - n, f"G{n}") for n in range(2)]
    bot.rnd_id = numbered(42)

    for group in groups:
        await bot.send_message(group.id, "Bonjour")

    assert [len(group.messages) for group in groups] == [1, 1]
