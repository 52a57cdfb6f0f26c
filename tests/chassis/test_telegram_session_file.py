"""A session file that a kill or a power cut has spoilt: the bot comes back by itself."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chassis.backup import save
from tests.chassis.telegram_sessions import Inbox, session
from tests.chassis.test_damaged import cut, emptied, zeroed


def _killed_while_made(file: Path) -> None:
    """The tables were there, nothing stood in them."""
    with closing(sqlite3.connect(file)) as opened:
        opened.executescript("DELETE FROM version; DELETE FROM sessions")


@pytest.mark.parametrize("spoil", [zeroed, emptied, cut, _killed_while_made])
async def test_a_spoilt_session_is_set_aside_and_the_bot_logs_in_anew(
    peer, group, tmp_path, caplog, spoil: Callable[[Path], None]
):
    """It said "no such table: version" for ever, and the bot was deaf."""
    jean = peer.add_user("Jean", "Martin")
    async with session(peer, tmp_path) as telegram:
        await telegram.send_text(group.id, "avant", key="n1")
    [file] = tmp_path.rglob("*.session")
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil(file)

    inbox = Inbox()
    async with session(peer, tmp_path, inbox) as telegram:
        await telegram.ready()
        await telegram.send_text(group.id, "après", key="n2")
        await jean.send("/start")
        await inbox.holds(1)

    assert [message.text for message in group.messages] == ["avant", "après"]
    assert inbox.texts == ["/start"]
    assert "logs in anew" in caplog.text
    assert file.with_name(f".damaged-{file.name}").exists()
    with (tmp_path / "backup").open("wb") as packed:
        assert save("gateway", tmp_path, packed) == (str(file.relative_to(tmp_path)),)
