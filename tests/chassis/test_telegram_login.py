"""A session from its opening to its end, and who is in a group."""

import asyncio

import pytest

from chassis.telegram import TelegramSession
from chassis.telegram.members import STRANGER_REMEMBERED_S
from contracts.errors import Unavailable
from tests.chassis.telegram_sessions import Inbox, account, session
from tests.peers.telegram import TelegramPeer
from tests.ports import free_port


@pytest.mark.parametrize("group_id", [-5000000001, -1001234567890])
async def test_members_of_a_group_are_told_from_strangers(peer, tmp_path, group_id):
    marie, paul = peer.add_user("Marie"), peer.add_user("Paul")
    peer.add_group(group_id, "Chantier", [marie])
    async with session(peer, tmp_path) as telegram:
        assert await telegram.is_member(group_id, marie.id)
        assert not await telegram.is_member(group_id, paul.id)
        asked = len(peer.calls)
        assert await telegram.is_member(group_id, marie.id)

    assert len(peer.calls) - asked == 0


async def test_a_stranger_who_was_let_in_is_known_seconds_later(peer, tmp_path):
    paul = peer.add_user("Paul")
    group = peer.add_group(-5000000001, "Chantier", [])
    async with session(peer, tmp_path) as telegram:
        assert not await telegram.is_member(group.id, paul.id)
        group.add(paul)

        async with asyncio.timeout(2 * STRANGER_REMEMBERED_S):
            while not await telegram.is_member(group.id, paul.id):
                await asyncio.sleep(0.1)


async def test_the_session_file_is_its_owners_alone(peer, tmp_path):
    async with session(peer, tmp_path, anew=True):
        files = list((tmp_path / "telegram").iterdir())

        assert (tmp_path / "telegram").stat().st_mode & 0o777 == 0o700
        assert files
        assert all(file.stat().st_mode & 0o077 == 0 for file in files)


async def test_a_second_start_does_not_log_in_again(peer, tmp_path):
    async with session(peer, tmp_path, anew=True):
        pass
    async with session(peer, tmp_path):
        pass

    logins = [c for c in peer.calls if "importbot" in c.method.lower()]
    assert len(logins) == 1


async def test_a_server_that_forgot_the_session_is_logged_in_to_anew(tmp_path):
    port = free_port()
    async with TelegramPeer(port=port) as peer, session(peer, tmp_path):
        token = peer.bot_token
    async with TelegramPeer(port=port) as forgetful:
        forgetful.bot.bot_token = token
        jean = forgetful.add_user("Jean")
        inbox = Inbox()
        async with session(forgetful, tmp_path, inbox):
            await jean.send("bonjour")
            await inbox.holds(1)

    assert inbox.texts == ["bonjour"]


async def test_a_session_opens_while_telegram_is_away_and_recovers(tmp_path):
    port = free_port()
    async with TelegramPeer(port=port) as peer:
        away = account(peer)
    telegram = TelegramSession(away, tmp_path)
    await telegram.open()
    with pytest.raises(Unavailable):
        await telegram.ready(0.2)

    async with TelegramPeer(port=port) as peer:
        peer.bot.bot_token = away.bot_token.get_secret_value()
        assert "@etm_bot" in await telegram.ready(15)
        await telegram.close()


async def test_a_session_that_only_sends_keeps_nothing_of_the_answers(
    peer, group, tmp_path
):
    async with session(peer, tmp_path) as telegram:
        for number in range(3):
            await telegram.send_text(group.id, "x", key=str(number))

        assert telegram._line._inbox.empty()


@pytest.mark.parametrize("moment_s", [0, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1])
async def test_closing_in_the_middle_of_a_login_ends(peer, tmp_path, moment_s):
    telegram = TelegramSession(account(peer), tmp_path)
    await telegram.open()
    await asyncio.sleep(moment_s)

    async with asyncio.timeout(6):
        await telegram.close()


async def test_closing_ends_every_connection(peer, tmp_path):
    before = asyncio.all_tasks()
    async with session(peer, tmp_path):
        pass
    await asyncio.sleep(0.1)

    mine = {t for t in asyncio.all_tasks() - before if "chassis" in str(t.get_coro())}
    assert mine == set()
