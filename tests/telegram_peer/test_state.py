"""A peer started again on its state goes on where it stopped."""

from pathlib import Path
from typing import Any

from pyrogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.peers.telegram import TelegramPeer
from tests.ports import free_port
from tests.telegram_peer.conftest import Inbox, client, jpeg, named

BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("Vu", callback_data="vu")]])


async def test_client_goes_on_with_its_old_session_after_a_restart(
    tmp_path: Path,
) -> None:
    state = tmp_path / "telegram.sqlite"
    port = free_port()
    async with TelegramPeer(state, port=port) as telegram:
        jean = telegram.add_user("Jean", "Keller")
        group = telegram.add_group(-5000000001, "Chantiers", members=[jean])
        bot = client(telegram, tmp_path)
        inbox = Inbox(bot)
        async with bot:
            await jean.send_photo(jpeg(1), "avant")
            [before] = await inbox.take(1)
            await bot.send_photo(
                group.id, named(jpeg(2)), caption="<b>notice</b>", reply_markup=BUTTON
            )
            await bot.edit_message_caption(
                group.id,
                group.messages[0].id,
                "<b>notice</b> corrigée",
                reply_markup=BUTTON,
            )
        await jean.send("pendant")
        pem = telegram.public_key_pem

    async with TelegramPeer(state, port=port) as telegram:
        jean = telegram.add_user("Jean", "Keller")
        group = telegram.add_group(-5000000001, "Chantiers", members=[jean])
        bot = client(telegram, tmp_path, bot_token=None)
        inbox = Inbox(bot)
        async with bot:
            [missed] = await inbox.take(1)
            again = await bot.get_messages(before.chat.id, before.id)
            photo: Any = await bot.download_media(again, in_memory=True)
            await bot.send_message(group.id, "nouvelle")

        assert telegram.public_key_pem == pem
        assert missed.text == "pendant"
        assert photo.getvalue() == jpeg(1)
        assert [m.text for m in jean.chat] == ["avant", "pendant"]
        assert [m.text for m in group.messages] == ["notice corrigée", "nouvelle"]
        assert group.messages[0].html == "<b>notice</b> corrigée"
        assert group.messages[0].labels == ["Vu"]
        assert group.messages[0].earlier == ["notice"]
        assert group.messages[0].media is not None
        assert group.messages[0].media.read() == jpeg(2)
        assert missed.id < group.messages[1].id


async def test_random_ids_outlive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "telegram.sqlite"
    for _ in range(2):
        async with TelegramPeer(state) as telegram:
            group = telegram.add_group(-5000000001, "Chantiers")
            async with client(telegram, tmp_path) as bot:
                bot.rnd_id = lambda: 42
                await bot.send_message(group.id, "notice")

    assert [m.text for m in group.messages] == ["notice"]
