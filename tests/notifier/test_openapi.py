"""The notifier's OpenAPI document, believed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from notifier.app import create_app
from tests.notifier.conftest import settings_of
from tests.openapi import EXAMPLES, operations_kept, served_in_thread
from tests.peers.telegram import TelegramPeer


def empty_storage(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200 if request.url.path == "/healthz" else 404)


# What runs in the other thread uses the random module; hypothesis takes it for the strategies'.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.parametrize("examples", EXAMPLES)
def test_no_allowed_request_breaks_the_service_or_its_word(tmp_path, examples):
    @asynccontextmanager
    async def opened() -> AsyncIterator[FastAPI]:
        async with TelegramPeer() as peer:
            peer.add_group(-5000000001, "Chantier")
            yield create_app(
                settings_of(peer, tmp_path, _env_file=None),
                storage=httpx.MockTransport(empty_storage),
            )

    with served_in_thread(opened) as url:
        document = f"{url}/notifier/openapi.json"
        assert operations_kept(document, examples=examples, unasked=("wait",)) >= 8
