"""A notifier on the Telegram peer, in this process."""

import pytest
from pydantic import SecretStr

from notifier.settings import NotifierSettings
from tests.peers.telegram import TelegramPeer

GROUPS = "chantier=-5000000001,sav=-5000000003"


@pytest.fixture
async def peer():
    async with TelegramPeer() as peer:
        yield peer


@pytest.fixture
def group(peer):
    return peer.add_group(-5000000001, "Chantier")


@pytest.fixture
def settings(peer, tmp_path):
    return NotifierSettings(
        data_dir=tmp_path,
        telegram_api_id=peer.api_id,
        telegram_api_hash=SecretStr(peer.api_hash),
        telegram_bot_token=SecretStr(peer.bot_token),
        telegram_server=peer.address,
        telegram_server_key=peer.public_key_pem,
        telegram_groups=GROUPS,
        retry_first_s=0.05,
        retry_longest_s=0.2,
    )
