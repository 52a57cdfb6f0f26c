"""A machine's clock that jumps while the bot is logged in."""

import time
from types import SimpleNamespace

import pytest

from tests.chassis.telegram_sessions import Inbox, session


@pytest.mark.parametrize("jump_s", [3600, -3600, 365 * 86_400])
async def test_a_clock_that_jumps_makes_nobody_deaf(
    peer, group, tmp_path, monkeypatch, jump_s
):
    """Telegram's messages were thrown away as too old or too new, for minutes."""
    jean = peer.add_user("Jean", "Martin")
    inbox = Inbox()
    async with session(peer, tmp_path, inbox) as telegram:
        await jean.send("avant")
        await inbox.holds(1)
        # What kurigram sees of the clock; the peer, which is no part of this machine, keeps its own.
        jumped = SimpleNamespace(time=lambda: time.time() + jump_s)
        monkeypatch.setattr("pyrogram.client.time", jumped)
        await jean.send("après")
        await inbox.holds(2)
        await telegram.send_text(group.id, "bonjour", key="n1")

    assert inbox.texts == ["avant", "après"]
    assert [message.text for message in group.messages] == ["bonjour"]
