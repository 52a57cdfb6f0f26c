"""A disk that is full for a while, below a bot that is logged in."""

import pytest

from chassis.telegram.line import Pace
from contracts.errors import ServiceError
from tests.chassis.telegram_sessions import Inbox, session
from tests.full_disk import small_files
from tests.waiting import until

SELDOM = Pace(commit_s=60.0)


async def test_a_line_that_ends_while_the_disk_is_full_comes_back(
    peer, group, tmp_path, caplog
):
    """What could not be kept at the hanging up ended all further tries: the bot was deaf until somebody restarted it."""
    jean, inbox = peer.add_user("Jean"), Inbox()
    async with session(peer, tmp_path, inbox, SELDOM) as telegram:
        await jean.send("avant")
        await inbox.holds(1)
        with small_files():
            peer.faults.error("messages.sendMessage", 401, "AUTH_KEY_UNREGISTERED")
            with pytest.raises(ServiceError):
                await telegram.send_text(group.id, "perdu", key="n1")
            await until(lambda: "line to Telegram lost" in caplog.text)

        await jean.send("après")
        await inbox.holds(2)

    assert inbox.texts == ["avant", "après"]
