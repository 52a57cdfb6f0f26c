"""A peer on a fresh folder, a client that is signed in to it, and a player of recordings."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.nextcloud_peer.player import Player
from tests.peers.nextcloud import NextcloudPeer

FILES = "/remote.php/dav/files/jean.keller"
BOARDS = "/index.php/apps/deck/api/v1.0/boards"


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[NextcloudPeer]:
    peer = NextcloudPeer(tmp_path / "nextcloud")
    yield peer
    peer.close()


@pytest.fixture
async def http(peer: NextcloudPeer) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(peer, transport=httpx.ASGITransport(peer.app)) as client:
        yield client


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    player = Player(tmp_path / "recorded")
    yield player
    player.peer.close()


def signed_in(
    peer: NextcloudPeer,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    url: str = "http://127.0.0.1:8181",
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=transport, base_url=url, auth=(peer.user, "app-password")
    )
