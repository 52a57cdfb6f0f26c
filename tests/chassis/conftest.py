"""A Telegram to talk to, and a technician and a group in it."""

import pytest

from tests.chassis.telegram_sessions import session
from tests.peers.telegram import TelegramPeer


@pytest.fixture
async def peer():
    async with TelegramPeer() as peer:
        yield peer


@pytest.fixture
def jean(peer):
    return peer.add_user("Jean", "Keller")


@pytest.fixture
def group(peer, jean):
    return peer.add_group(-5000000001, "Chantier", [jean])


@pytest.fixture
async def telegram(peer, tmp_path):
    async with session(peer, tmp_path) as telegram:
        yield telegram
