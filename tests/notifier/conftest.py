"""A notifier on the Telegram peer, in this process; storage before a Nextcloud peer where a test wants files."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from notifier.app import create_app
from notifier.settings import NotifierSettings
from storage.app import create_app as create_storage
from storage.settings import StorageSettings
from tests.chassis.telegram_sessions import log_in
from tests.peers.nextcloud import NextcloudPeer
from tests.peers.serving import served
from tests.peers.telegram import TelegramPeer
from tests.ports import free_port

GROUPS = "chantier=-5000000001,sav=-5000000003"


@pytest.fixture
async def peer():
    async with TelegramPeer() as peer:
        yield peer


@pytest.fixture
def group(peer):
    return peer.add_group(-5000000001, "Chantier")


def settings_of(peer: TelegramPeer, data_dir: Path, **more: Any) -> NotifierSettings:
    """What a notifier on *peer* needs."""
    return NotifierSettings(
        data_dir=data_dir,
        telegram_api_id=peer.api_id,
        telegram_api_hash=SecretStr(peer.api_hash),
        telegram_bot_token=SecretStr(peer.bot_token),
        telegram_server=peer.address,
        telegram_server_key=peer.public_key_pem,
        telegram_groups=GROUPS,
        **more,
    )


@pytest.fixture
def settings(peer, tmp_path):
    log_in(peer, tmp_path / "notifier")
    return settings_of(
        peer,
        tmp_path,
        storage_url=f"http://127.0.0.1:{free_port()}",
        retry_first_s=0.05,
        retry_longest_s=0.2,
    )


@pytest.fixture
async def notifier(settings, running):
    async with running(create_app(settings)) as http:
        yield http


@pytest.fixture
def left(settings):
    """What lies on the notifier's disk."""

    def names() -> list[str]:
        folder = settings.data_dir / ".notifier-sent"
        return sorted(path.name for path in folder.iterdir())

    return names


@pytest.fixture
async def storage(settings, tmp_path):
    """Storage on a socket, at the address that the notifier knows; what comes is the Nextcloud behind it."""
    nextcloud = NextcloudPeer(tmp_path / "nextcloud")
    async with nextcloud.serve() as url:
        app = create_storage(
            StorageSettings(
                _env_file=None,
                data_dir=tmp_path / "storage",
                nextcloud_url=url,
                nextcloud_user=nextcloud.user,
                nextcloud_password="app-password",
                nextcloud_patience_s=0.2,
            )
        )
        port = int(settings.storage_url.rpartition(":")[2])
        async with (
            app.router.lifespan_context(app),
            served(app, "127.0.0.1", port),
        ):
            yield nextcloud
    nextcloud.close()
