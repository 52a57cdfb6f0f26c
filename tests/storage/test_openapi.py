"""Storage's OpenAPI document, believed."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI

from storage.app import create_app
from storage.settings import StorageSettings
from tests.openapi import EXAMPLES, operations_kept, served_in_thread
from tests.peers.nextcloud import NextcloudPeer
from tests.storage.conftest import PeerTransport


@pytest.mark.parametrize("examples", EXAMPLES)
def test_no_allowed_request_breaks_the_service_or_its_word(
    peer: NextcloudPeer,
    settings_for: Callable[..., StorageSettings],
    examples: int,
):
    peer.write("Chantiers/20260325_Müller/a.txt", b"1")

    @asynccontextmanager
    async def opened() -> AsyncIterator[FastAPI]:
        yield create_app(
            settings_for("http://127.0.0.1", nextcloud_patience_s=0.2),
            transport=PeerTransport(peer.app),
        )

    with served_in_thread(opened) as url:
        assert operations_kept(f"{url}/storage/openapi.json", examples=examples) > 12
