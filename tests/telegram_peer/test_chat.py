"""A bot that talks with people through the real client."""

from pathlib import Path
from typing import Any

import pytest
from pyrogram import filters
from pyrogram.connection.transport import TCP, TCPAbridged, TCPFull, TCPIntermediate
from pyrogram.enums import ChatAction
from pyrogram.handlers import CallbackQueryHandler, MessageHandler
from pyrogram.types import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)

from tests.peers.telegram import TelegramPeer
from tests.telegram_peer.conftest import client


async def test_bot_logs_in_and_knows_itself(
    telegram: TelegramPeer, tmp_path: Path
) -> None:
    async with client(telegram, tmp_path) as bot:
        assert bot.me is not None
        assert (bot.me.id, bot.me.is_bot) == (telegram.bot.id, True)


async def test_message_is_answered_and_button_pressed(
    telegram: TelegramPeer, bot: Any
) -> None:
    async def greet(_, message):
        await message.reply(
            f"<b>Bonjour</b> {message.from_user.first_name}",
            reply_markup=InlineKeyboardMarkup(
                [[InlineKeyboardButton("📸 Fin de chantier", callback_data="fin")]]
            ),
        )

    async def choose(_, query):
        await query.answer("Bien", show_alert=True)
        await query.message.edit_text("Choisi : " + query.data)

    bot.add_handler(MessageHandler(greet, filters.command("start") & filters.incoming))
    bot.add_handler(CallbackQueryHandler(choose))
    jean = telegram.add_user("Jean", "Keller")

    await jean.send("/start")
    await jean.sees("Bonjour Jean")
    answer = await jean.press("Fin")

    assert (answer.text, answer.alert) == ("Bien", True)
    edited = await jean.sees("Choisi : fin")
    assert edited.earlier == ["Bonjour Jean"]
    assert edited.labels == []
    assert [m.from_bot for m in jean.chat] == [False, True]


async def test_formatted_text_is_read_as_html(telegram: TelegramPeer, bot: Any) -> None:
    group = telegram.add_group(-5000000001, "Chantiers")
    text = '🚨 <b>Alerte <i>SAV</i></b> &lt;567&gt; <a href="https://example.org/?a=1&amp;b=2">Müller</a>'

    await bot.send_message(group.id, text)

    [message] = group.messages
    assert message.html == text
    assert message.text == "🚨 Alerte SAV <567> Müller"


async def test_edit_of_the_formatting_alone_is_an_edit(
    telegram: TelegramPeer, bot: Any
) -> None:
    group = telegram.add_group(-5000000001, "Chantiers")
    sent = await bot.send_message(group.id, "<b>Alerte</b>")

    await bot.edit_message_text(group.id, sent.id, "<i>Alerte</i>")

    assert group.messages[0].html == "<i>Alerte</i>"


async def test_answer_knows_what_it_answers(telegram: TelegramPeer, bot: Any) -> None:
    jean = telegram.add_user("Jean", username="jean")
    question = await jean.send("Bonjour ?")

    await bot.send_message(
        "@jean", "Oui", reply_parameters=ReplyParameters(message_id=question.id)
    )
    answer = await jean.sees("Oui")
    seen = await bot.get_messages(jean.id, answer.id)

    assert answer.reply_to_id == question.id
    assert seen.reply_to_message.text == "Bonjour ?"


async def test_menu_and_typing_are_taken(telegram: TelegramPeer, bot: Any) -> None:
    jean = telegram.add_user("Jean")
    await jean.send("/start")

    await bot.set_bot_commands([BotCommand("start", "Menu")])
    await bot.send_chat_action(jean.id, ChatAction.UPLOAD_PHOTO)

    assert telegram.commands == {"start": "Menu"}
    assert [c.command for c in await bot.get_bot_commands()] == ["start"]


@pytest.mark.parametrize("framing", [TCPAbridged, TCPIntermediate, TCPFull])
async def test_every_plain_transport_is_understood(
    telegram: TelegramPeer, tmp_path: Path, framing: type[TCP]
) -> None:
    group = telegram.add_group(-5000000001, "Chantiers")

    async with client(telegram, tmp_path, protocol_factory=framing) as bot:
        await bot.send_message(group.id, framing.__name__)

    assert [m.text for m in group.messages] == [framing.__name__]


async def test_bot_posts_edits_and_deletes_in_a_supergroup(
    telegram: TelegramPeer, bot: Any
) -> None:
    group = telegram.add_supergroup(-1001234567890, "SAV")

    first = await bot.send_message(group.id, "Un")
    second = await bot.send_message(group.id, "Deux")
    await bot.edit_message_text(group.id, first.id, "Un, corrigé")
    await bot.delete_messages(group.id, second.id)
    read = await bot.get_messages(group.id, [first.id, second.id])

    assert [m.text for m in group.messages] == ["Un, corrigé"]
    assert [(m.text, m.empty) for m in read] == [("Un, corrigé", None), (None, True)]


async def test_bot_deletes_its_message_in_a_private_chat(
    telegram: TelegramPeer, bot: Any
) -> None:
    jean = telegram.add_user("Jean")
    await jean.send("/start")
    sent = await bot.send_message(jean.id, "Bonjour")

    assert await bot.delete_messages(jean.id, [sent.id, 4711]) == 1

    assert [m.text for m in jean.chat] == ["/start"]
