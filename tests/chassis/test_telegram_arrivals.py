"""What arrives, in our own words."""

import asyncio

from chassis.telegram import Button, ButtonPress, IncomingMessage, MediaKind
from tests.chassis.telegram_sessions import Inbox, session
from tests.peers.telegram import Generated


async def test_a_text_arrives_with_its_sender(peer, jean, tmp_path):
    inbox = Inbox()
    async with session(peer, tmp_path, inbox):
        sent = await jean.send("bonjour")

        [arrived] = await inbox.holds(1)

    assert isinstance(arrived, IncomingMessage)
    assert arrived.sender is not None
    assert arrived.sender.full_name == "Jean Keller"
    assert (arrived.chat_id, arrived.message_id) == (jean.id, sent.id)
    assert (arrived.text, arrived.sent_at) == (
        "bonjour",
        sent.date.replace(microsecond=0),
    )


async def test_a_file_arrives_with_name_size_and_kind(peer, jean, tmp_path):
    inbox = Inbox()
    async with session(peer, tmp_path, inbox):
        await jean.send_document(
            Generated(3_000_000), "plan.pdf", "application/pdf", "le plan"
        )

        [arrived] = await inbox.holds(1)

    assert isinstance(arrived, IncomingMessage)
    assert arrived.media is not None
    assert arrived.media.kind is MediaKind.DOCUMENT
    assert (arrived.media.file_name, arrived.media.mime_type) == (
        "plan.pdf",
        "application/pdf",
    )
    assert arrived.media.size_bytes == 3_000_000
    assert arrived.text == "le plan"


async def test_a_press_arrives_and_is_answered(peer, jean, tmp_path):
    inbox = Inbox()
    await jean.send("/start")
    async with session(peer, tmp_path, inbox) as telegram:
        await telegram.send_text(
            jean.id, "Menu", key="m", buttons=((Button("Fin", "fin"),),)
        )
        pressing = asyncio.create_task(jean.press("Fin"))
        press = (await inbox.holds(1))[-1]
        assert isinstance(press, ButtonPress)
        await telegram.answer_press(press.query_id, "C'est noté")
        answer = await pressing

    assert (press.data, press.sender.user_id) == ("fin", jean.id)
    assert answer.text == "C'est noté"
