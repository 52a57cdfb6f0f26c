"""The notifier's OpenAPI document, believed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from notifier.app import create_app
from notifier.settings import NotifierSettings
from tests.notifier.conftest import GROUPS
from tests.openapi import operations_kept, served_in_thread
from tests.peers.telegram import TelegramPeer


def empty_storage(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200 if request.url.path == "/healthz" else 404)


# What runs in the other thread uses the random module; hypothesis takes it for the strategies'.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
def test_no_allowed_request_breaks_the_service_or_its_word(tmp_path):
    @asynccontextmanager
    async def opened() -> AsyncIterator[FastAPI]:
        async with TelegramPeer() as peer:
            peer.add_group(-5000000001, "Chantier")
            yield create_app(
                NotifierSettings(
                    _env_file=None,
                    data_dir=tmp_path,
                    telegram_api_id=peer.api_id,
                    telegram_api_hash=SecretStr(peer.api_hash),
                    telegram_bot_token=SecretStr(peer.bot_token),
                    telegram_server=peer.address,
                    telegram_server_key=peer.public_key_pem,
                    telegram_groups=GROUPS,
                ),
                storage=httpx.MockTransport(empty_storage),
            )

    with served_in_thread(opened) as url:
        document = f"{url}/notifier/openapi.json"
        assert operations_kept(document, examples=15, unasked=("wait",)) >= 8
