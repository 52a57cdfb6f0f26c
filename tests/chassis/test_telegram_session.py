"""The session against a Telegram that speaks MTProto: sending, and what goes wrong on the way."""

import pytest

from chassis.telegram import Button
from tests.chassis.telegram_sessions import Inbox, session
from tests.peers.telegram import TelegramPeer


@pytest.fixture
async def peer():
    async with TelegramPeer() as peer:
        yield peer


async def test_a_text_arrives_with_its_sender(peer, tmp_path):
    inbox = Inbox()
    jean = peer.add_user("Jean", "Keller")
    async with session(peer, tmp_path, inbox):
        sent = await jean.send("bonjour")

        [arrived] = await inbox.holds(1)

    assert arrived.text == "bonjour"
    assert arrived.sender.full_name == "Jean Keller"
    assert (arrived.chat_id, arrived.message_id) == (jean.id, sent.id)


async def test_a_message_is_sent_with_its_buttons(peer, tmp_path):
    jean = peer.add_user("Jean", "Keller")
    await jean.send("/start")
    async with session(peer, tmp_path) as telegram:
        message_id = await telegram.send_text(
            jean.id,
            "Que veux-tu faire ?",
            key="menu-1",
            buttons=((Button("Fin", "fin"),),),
        )

    _, seen = jean.chat
    assert (seen.id, seen.text) == (message_id, "Que veux-tu faire ?")
    assert seen.buttons[0][0].text == "Fin"
