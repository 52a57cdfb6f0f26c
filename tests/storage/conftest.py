"""
A storage service in this process, before a Nextcloud: the peer, and in `make live` a genuine one as well.

A test that asks for ``peer`` needs what only the peer does, misbehave first of all; each other is one for both.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import httpx
import pytest

from storage.app import create_app
from storage.settings import StorageSettings
from tests.conftest import run_app
from tests.peers.nextcloud import ConnectionCut, NextcloudPeer
from tests.peers.serving import served
from tests.storage.nextclouds import GenuineNextcloud, Nextcloud

Storage = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
ServedStorage = Callable[..., AbstractAsyncContextManager[str]]

_BOTH = ("peer", pytest.param("genuine", marks=pytest.mark.live))


class PeerTransport(httpx.ASGITransport):
    """Reaches the peer without a socket; a connection that it cuts is cut."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except ConnectionCut as cut:
            raise httpx.ReadError("connection cut", request=request) from cut


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "nextcloud" in metafunc.fixturenames:
        kinds = ("peer",) if "peer" in metafunc.fixturenames else _BOTH
        metafunc.parametrize("nextcloud", kinds, indirect=True)


@pytest.fixture
def nextcloud(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Nextcloud]:
    genuine = request.param == "genuine"
    made = GenuineNextcloud() if genuine else NextcloudPeer(tmp_path / "nextcloud")
    yield made
    made.close()


@pytest.fixture
def peer(nextcloud: Nextcloud) -> NextcloudPeer:
    assert isinstance(nextcloud, NextcloudPeer)
    return nextcloud


@pytest.fixture
def settings_for(
    nextcloud: Nextcloud, tmp_path: Path
) -> Callable[..., StorageSettings]:
    of_the_server = (
        nextcloud.settings if isinstance(nextcloud, GenuineNextcloud) else {}
    )

    def made(url: str, *, nextcloud_root: str = "", **changed: Any) -> StorageSettings:
        values: dict[str, Any] = {
            "nextcloud_url": url,
            "nextcloud_user": "jean.keller",
            "nextcloud_password": "app-password",
            "nextcloud_patience_s": 5,
            "nextcloud_pause_s": 0.005,
            "data_dir": tmp_path / "data",
            **of_the_server,
            **changed,
        }
        root = PurePosixPath(values.get("nextcloud_root", ""), nextcloud_root)
        return StorageSettings(
            _env_file=None, **{**values, "nextcloud_root": "/".join(root.parts)}
        )

    return made


@pytest.fixture
async def nextcloud_url(nextcloud: Nextcloud) -> AsyncIterator[str]:
    if isinstance(nextcloud, GenuineNextcloud):
        yield nextcloud.url
        return
    assert isinstance(nextcloud, NextcloudPeer)
    async with nextcloud.serve() as url:
        yield url


@pytest.fixture
def storage_with(
    nextcloud: Nextcloud, settings_for: Callable[..., StorageSettings]
) -> Storage:
    @asynccontextmanager
    async def started(**changed: Any) -> AsyncIterator[httpx.AsyncClient]:
        url, transport = _way(nextcloud)
        app = create_app(settings_for(url, **changed), transport=transport)
        async with run_app(app) as client:
            yield client

    return started


def _way(nextcloud: Nextcloud) -> tuple[str, httpx.AsyncBaseTransport]:
    if isinstance(nextcloud, GenuineNextcloud):
        return nextcloud.url, nextcloud.transport()
    assert isinstance(nextcloud, NextcloudPeer)
    return "http://127.0.0.1", PeerTransport(nextcloud.app)


@pytest.fixture
async def storage(storage_with: Storage) -> AsyncIterator[httpx.AsyncClient]:
    async with storage_with() as client:
        yield client


@pytest.fixture
def storage_served(
    nextcloud: Nextcloud,
    nextcloud_url: str,
    settings_for: Callable[..., StorageSettings],
) -> ServedStorage:
    """The service on a socket, for callers that misbehave."""

    @asynccontextmanager
    async def started(**changed: Any) -> AsyncIterator[str]:
        transport = (
            nextcloud.transport() if isinstance(nextcloud, GenuineNextcloud) else None
        )
        app = create_app(settings_for(nextcloud_url, **changed), transport=transport)
        async with app.router.lifespan_context(app), served(app, "127.0.0.1", 0) as url:
            yield url

    return started


@pytest.fixture
async def storage_url(storage_served: ServedStorage) -> AsyncIterator[str]:
    async with storage_served() as url:
        yield url
