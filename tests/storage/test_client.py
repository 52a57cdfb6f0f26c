"""The client that the other services use, against the service."""

from collections.abc import AsyncIterator
from pathlib import PurePosixPath

import httpx
import pytest

from contracts.cards import CardRequest
from contracts.errors import Conflict, NotFound
from contracts.storage_client import StorageClient
from tests.storage.nextclouds import Nextcloud


@pytest.fixture
def client(storage: httpx.AsyncClient) -> StorageClient:
    return StorageClient(storage, patience_s=0)


async def hello() -> AsyncIterator[bytes]:
    yield b"hello"


async def test_client_speaks_every_route(client: StorageClient, nextcloud: Nextcloud):
    path = PurePosixPath("Chantiers/20260325_Müller #1/a %20.txt")

    stored = await client.put_file(
        path, hello, size_bytes=5, taken_at="2026-03-25T14:32:01+01:00"
    )
    async with client.open_file(stored.path) as file:
        read = b"".join([piece async for piece in file.pieces])
    chantiers = await client.chantiers(q="muller")
    await client.put_card("r-1", CardRequest(column="SAV", title="Müller"))
    card = await client.card("r-1")

    assert read == b"hello"
    assert stored.path == str(path)
    assert list(nextcloud.tree()) == [str(path)]
    assert [one.client for one in chantiers.items] == ["Müller #1"]
    assert card.column == "SAV"


async def test_client_raises_what_the_service_says(
    client: StorageClient, nextcloud: Nextcloud
):
    nextcloud.write("a", b"1")

    with pytest.raises(NotFound):
        await client.card("nothing")
    with pytest.raises(Conflict, match="is a file"):
        await client.put_file(PurePosixPath("a/b"), hello)
