"""The peers, and a storage service before them: one house a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from storage.app import create_app
from storage.settings import StorageSettings
from tests.conftest import run_app
from tests.gateway.house import GROUPS, Door, House
from tests.gateway.knowledge_peer import KnowledgePeer
from tests.gateway.notifier_peer import NotifierPeer
from tests.peers.nextcloud import NextcloudPeer
from tests.peers.telegram import TelegramPeer


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
async def gateway(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway whose reports close by button only: quiet time is long."""
    async with house.gateway() as http:
        yield http


@asynccontextmanager
async def open_house(folder: Path) -> AsyncIterator[House]:
    nextcloud = NextcloudPeer(folder / "nextcloud")
    for name in ("20260325_Müller", "20260311_Weber", "20260224_Boulangerie Roth"):
        nextcloud.make_folder(f"Chantiers/{name}")
    async with nextcloud.serve() as url, TelegramPeer() as telegram:
        storage = create_app(
            StorageSettings(
                _env_file=None,
                nextcloud_url=url,
                nextcloud_user=nextcloud.user,
                nextcloud_password="app-password",
                nextcloud_patience_s=1,
            )
        )
        jean = telegram.add_user("Jean", "Keller")
        groups = {
            name: telegram.add_group(group_id, name, members=[jean])
            for name, group_id in GROUPS.items()
        }
        async with run_app(storage):
            yield House(
                telegram,
                nextcloud,
                Door(storage),
                NotifierPeer(),
                KnowledgePeer(),
                jean,
                groups,
                folder / "data",
            )
    nextcloud.close()
