"""What Telegram refuses, the peer refuses."""

import re
from pathlib import Path
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import (
    AccessTokenInvalid,
    ButtonDataInvalid,
    InputMethodInvalid,
    MessageEmpty,
    MessageIdInvalid,
    MessageNotModified,
    MessageTooLong,
    PeerIdInvalid,
    QueryIdInvalid,
    UserIsBlocked,
    UserNotParticipant,
)
from pyrogram.errors.exceptions.all import exceptions
from pyrogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.peers.telegram import TelegramPeer
from tests.telegram_peer.conftest import client

GROUP = -5000000001


@pytest.fixture(autouse=True)
def group(telegram: TelegramPeer):
    return telegram.add_group(GROUP, "Chantiers")


async def test_wrong_token_is_no_login(telegram: TelegramPeer, tmp_path) -> None:
    with pytest.raises(AccessTokenInvalid):
        await client(telegram, tmp_path, bot_token="7:wrong").start()


async def test_text_is_at_most_4096_characters(bot: Any) -> None:
    await bot.send_message(GROUP, "x" * 4096)

    with pytest.raises(MessageTooLong):
        await bot.send_message(GROUP, "x" * 4097)


async def test_blank_text_is_no_message(bot: Any) -> None:
    with pytest.raises(MessageEmpty):
        await bot.send_message(GROUP, " ")


async def test_button_data_is_at_most_64_bytes(bot: Any) -> None:
    def keyboard(data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data=data)]])

    await bot.send_message(GROUP, "64", reply_markup=keyboard("é" * 32))

    with pytest.raises(ButtonDataInvalid):
        await bot.send_message(GROUP, "65", reply_markup=keyboard("é" * 32 + "x"))


async def test_edit_must_change_something(bot: Any) -> None:
    message = await bot.send_message(GROUP, "Bonjour")

    with pytest.raises(MessageNotModified):
        await bot.edit_message_text(GROUP, message.id, "Bonjour")


async def test_unknown_message_cannot_be_edited(bot: Any) -> None:
    with pytest.raises(MessageIdInvalid):
        await bot.edit_message_text(GROUP, 4711, "Bonjour")


async def test_unknown_group_is_no_peer(bot: Any) -> None:
    with pytest.raises(PeerIdInvalid):
        await bot.send_message(-5000000099, "Bonjour")


async def test_bot_does_not_speak_first(telegram: TelegramPeer, bot: Any) -> None:
    stranger = telegram.add_user("Luc")

    with pytest.raises(PeerIdInvalid):
        await bot.send_message(stranger.id, "Bonjour")


async def test_who_blocked_the_bot_gets_nothing(
    telegram: TelegramPeer, bot: Any
) -> None:
    jean = telegram.add_user("Jean")
    await jean.send("/start")
    jean.block()

    with pytest.raises(UserIsBlocked):
        await bot.send_message(jean.id, "Bonjour")


async def test_unknown_query_is_not_answered(bot: Any) -> None:
    with pytest.raises(QueryIdInvalid):
        await bot.answer_callback_query("4711", "trop tard")


async def test_members_are_known_and_strangers_are_not(
    telegram: TelegramPeer, bot: Any
) -> None:
    jean, luc = telegram.add_user("Jean"), telegram.add_user("Luc")
    large = telegram.add_supergroup(-1001234567890, "SAV", members=[jean])
    telegram.add_group(-5000000002, "Magasin", members=[jean])
    for person in (jean, luc):
        await person.send("/start")

    for chat_id in (large.id, -5000000002):
        assert (await bot.get_chat_member(chat_id, jean.id)).user.id == jean.id
        with pytest.raises(UserNotParticipant):
            await bot.get_chat_member(chat_id, luc.id)


async def test_unknown_method_is_refused_and_noted(
    telegram: TelegramPeer, bot: Any
) -> None:
    with pytest.raises(InputMethodInvalid, match=r"messages\.GetStickers"):
        await bot.invoke(raw.functions.messages.GetStickers(emoticon="👍", hash=0))

    assert telegram.unknown == ["messages.GetStickers"]


def test_every_refusal_is_one_that_telegram_has() -> None:
    """An unknown one would make kurigram write a file into the working directory."""
    source = Path("tests/peers/telegram")
    refused = {
        (int(code), name)
        for module in source.rglob("*.py")
        for code, name in re.findall(r'(\d{3}), "([A-Z_]+)"', module.read_text())
    }

    assert len(refused) > 15
    assert [r for r in refused if r[1] not in exceptions[r[0]]] == []
