"""A bot that talks with people through the real client."""

from typing import Any

from pyrogram import filters
from pyrogram.handlers import CallbackQueryHandler, MessageHandler
from pyrogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.peers.telegram import TelegramPeer


async def test_bot_logs_in_and_knows_itself(telegram: TelegramPeer, bot: Any) -> None:
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
