"""A storage service in this process, before a Nextcloud peer on a socket."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from storage.app import create_app
from storage.settings import StorageSettings
from tests.conftest import run_app
from tests.peers.nextcloud import ConnectionCut, NextcloudPeer
from tests.peers.nextcloud.serving import served

Storage = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


class PeerTransport(httpx.ASGITransport):
    """Reaches the peer without a socket; a connection that it cuts is cut."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except ConnectionCut as cut:
            raise httpx.ReadError("connection cut", request=request) from cut


@pytest.fixture
def peer(tmp_path: Path):
    peer = NextcloudPeer(tmp_path / "nextcloud")
    yield peer
    peer.close()


@pytest.fixture
async def nextcloud_url(peer: NextcloudPeer) -> AsyncIterator[str]:
    async with peer.serve() as url:
        yield url


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[..., StorageSettings]:
    def made(url: str, **changed: Any) -> StorageSettings:
        values: dict[str, Any] = {
            "nextcloud_url": url,
            "nextcloud_user": "jean.keller",
            "nextcloud_password": "app-password",
            "nextcloud_patience_s": 5,
            "nextcloud_pause_s": 0.005,
            "data_dir": tmp_path / "data",
            **changed,
        }
        return StorageSettings(_env_file=None, **values)

    return made


@pytest.fixture
def storage_with(
    peer: NextcloudPeer, settings_for: Callable[..., StorageSettings]
) -> Storage:
    @asynccontextmanager
    async def started(**changed: Any) -> AsyncIterator[httpx.AsyncClient]:
        settings = settings_for("http://127.0.0.1", **changed)
        transport = PeerTransport(peer.app)
        async with run_app(create_app(settings, transport=transport)) as client:
            yield client

    return started


@pytest.fixture
async def storage(storage_with: Storage) -> AsyncIterator[httpx.AsyncClient]:
    async with storage_with() as client:
        yield client


@pytest.fixture
async def storage_url(
    nextcloud_url: str, settings_for: Callable[..., StorageSettings]
) -> AsyncIterator[str]:
    """The service on a socket, for callers that misbehave."""
    app = create_app(settings_for(nextcloud_url))
    async with app.router.lifespan_context(app), served(app, "127.0.0.1", 0) as url:
        yield url
