"""Each fault strikes as often as it was asked to, and then all is well again."""

from hashlib import sha256
from typing import Any

import pytest
from pyrogram.errors import (
    FileReferenceExpired,
    FileReferenceExpiredX,
    FloodWait,
    QueryIdInvalid,
)
from pyrogram.handlers import CallbackQueryHandler
from pyrogram.types import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto

from tests.peers.telegram import Generated, NoAnswer, NotSeen, TelegramPeer
from tests.telegram_peer.conftest import Inbox, jpeg

GROUP = -5000000001


@pytest.fixture(autouse=True)
def group(telegram: TelegramPeer):
    return telegram.add_group(GROUP, "Chantiers")


async def test_flood_wait_names_its_seconds(
    telegram: TelegramPeer, bot: Any, group: Any
) -> None:
    fault = telegram.faults.flood_wait("messages.sendMessage", 42)

    with pytest.raises(FloodWait) as refusal:
        await bot.send_message(GROUP, "Bonjour")
    await bot.send_message(GROUP, "Bonjour")

    assert refusal.value.value == 42
    assert (fault.struck, len(group.messages)) == (1, 1)


async def test_internal_error_is_outlived_by_the_client(
    telegram: TelegramPeer, bot: Any, group: Any
) -> None:
    fault = telegram.faults.internal_error("messages.sendMessage")

    await bot.send_message(GROUP, "Bonjour")

    assert (fault.struck, len(group.messages)) == (1, 1)


async def test_removed_fault_strikes_no_more(
    telegram: TelegramPeer, bot: Any, group: Any
) -> None:
    fault = telegram.faults.flood_wait("messages.sendMessage", 42, times=None)
    fault.remove()

    await bot.send_message(GROUP, "Bonjour")

    assert (fault.struck, len(group.messages)) == (0, 1)


@pytest.mark.parametrize("cut", ["cut_before", "cut_after"])
async def test_message_survives_a_cut_connection_once(
    telegram: TelegramPeer, bot: Any, group: Any, cut: str
) -> None:
    """The client sends again what was not answered, with the same ``random_id``."""
    fault = getattr(telegram.faults, cut)("messages.sendMessage")
    peer = await bot.resolve_peer(GROUP)
    query = raw_message(peer, "Bonjour")

    await bot.invoke(query, timeout=1)

    assert [m.text for m in group.messages] == ["Bonjour"]
    assert fault.struck == 1
    sends = [c for c in telegram.calls if c.method == "messages.SendMessage"]
    assert len(sends) == 2


async def test_connection_cut_now_is_made_again(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    assert telegram.faults.cut_now() == 1

    await telegram.until(lambda: telegram.listening == 1)
    await telegram.add_user("Jean").send("Bonjour")

    [message] = await inbox.take(1)
    assert message.text == "Bonjour"


async def test_expired_file_reference_is_refreshed_by_its_message(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    photo = jpeg()
    await telegram.add_user("Jean").send_photo(photo)
    [message] = await inbox.take(1)
    telegram.faults.expire_file_references()

    with pytest.raises(FileReferenceExpired):
        await bot.download_media(message, in_memory=True)
    fresh = await bot.get_messages(message.chat.id, message.id)
    download = await bot.download_media(fresh, in_memory=True)

    assert download.getvalue() == photo


async def test_expired_references_in_an_album_are_refused_by_their_place(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    jean = telegram.add_user("Jean")
    await jean.send_photo(jpeg(1))
    telegram.faults.expire_file_references()
    await jean.send_photo(jpeg(2))
    old, fresh = await inbox.take(2)
    telegram.faults.expire_file_references()
    fresh = await bot.get_messages(jean.id, fresh.id)

    album = [InputMediaPhoto(message.photo.file_id) for message in (fresh, old)]
    with pytest.raises(FileReferenceExpiredX) as refusal:
        await bot.send_media_group(GROUP, album)

    assert refusal.value.value == 1


async def test_truncated_download_looks_like_success_to_the_client(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    film = Generated(3 * 1024 * 1024)
    await telegram.add_user("Jean").send_document(film, "film.mp4")
    [message] = await inbox.take(1)
    fault = telegram.faults.truncate_downloads(at_byte=1_500_000)

    short = await bot.download_media(message, in_memory=True)
    whole = await bot.download_media(message, in_memory=True)

    assert short.getvalue() == film.read(0, 1_500_000)
    assert sha256(whole.getvalue()).hexdigest() == film.sha256()
    assert fault.struck == 1


async def test_answer_to_a_button_may_come_too_late(
    telegram: TelegramPeer, bot: Any
) -> None:
    refused: list[str] = []

    async def answer(_: Any, query: Any) -> None:
        try:
            await query.answer("Bien")
        except QueryIdInvalid as error:
            refused.append(str(error.ID))

    bot.add_handler(CallbackQueryHandler(answer))
    jean = telegram.add_user("Jean")
    await jean.send("/start")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Fin", callback_data="f")]])
    await bot.send_message(jean.id, "Bonjour", reply_markup=keyboard)
    telegram.faults.late_answers(times=1)

    with pytest.raises(NoAnswer):
        await jean.press("Fin", timeout_s=0.2)
    answered = await jean.press("Fin")

    assert refused == ["QUERY_ID_INVALID"]
    assert answered.text == "Bien"


async def test_what_is_not_there_is_not_seen(telegram: TelegramPeer) -> None:
    jean = telegram.add_user("Jean")
    await jean.send("Bonjour")

    with pytest.raises(NotSeen, match="Bonjour"):
        await jean.sees("Au revoir", timeout_s=0.01)
    with pytest.raises(NotSeen, match="no button 'Fin'"):
        await jean.press("Fin", timeout_s=0.01)


def raw_message(peer: Any, text: str) -> Any:
    """A ``messages.sendMessage`` to be invoked by hand."""
    from pyrogram.raw.functions.messages import SendMessage

    return SendMessage(peer=peer, message=text, random_id=4711)
