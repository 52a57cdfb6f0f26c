"""The storage client's paths: what a caller names stays below the route that it is asked of."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import PurePosixPath

import httpx
import pytest

from contracts.cards import CardRequest
from contracts.errors import Rejected, Unavailable
from contracts.storage_client import StorageClient


async def _opened(client: StorageClient, path: str) -> None:
    async with client.open_file(path):
        pass


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


CALLS: list[Callable[[StorageClient, str], Awaitable[object]]] = [
    _opened,
    lambda client, path: client.put_file(PurePosixPath(path), _nothing),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "path", ["../chantiers", "a/../../../metrics", "/..", "a/./.."]
)
async def test_path_does_not_climb_to_another_route(
    call: Callable[[StorageClient, str], Awaitable[object]], path: str
):
    """httpx resolves ``..`` before it sends: storage, which refuses it, would never see it."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, content=b"all chantiers")

    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        with pytest.raises(Rejected):
            await call(StorageClient(http, patience_s=0), path)

    assert asked == []


@pytest.mark.parametrize("reference", [".", ".."])
async def test_reference_of_a_card_does_not_climb(reference: str):
    transport = httpx.MockTransport(lambda _: httpx.Response(200))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        client = StorageClient(http, patience_s=0)

        with pytest.raises(Rejected):
            await client.put_card(reference, CardRequest(column="SAV", title="t"))


async def test_a_file_that_brings_nothing_any_more_is_given_up():
    """Else a storage that always breaks off there would be asked for ever."""
    asked: list[str | None] = []

    async def broken() -> AsyncIterator[bytes]:
        if len(asked) == 1:
            yield b"123"
        raise httpx.ReadError("reset")

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("Range"))
        headers = {"Content-Length": "9", "ETag": '"e"'}
        if asked[-1]:
            headers["Content-Range"] = "bytes 3-8/9"
        return httpx.Response(
            206 if asked[-1] else 200, headers=headers, content=broken()
        )

    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        with pytest.raises(Unavailable, match="broke off"):
            async with StorageClient(http).open_file("video.mp4") as file:
                async for _ in file.pieces:
                    pass

    assert asked == [None, "bytes=3-"]


READ_ON = httpx.Response(206, headers={"Content-Range": "bytes 3-8/9"})
NO_PART = httpx.Response(206)
OTHER_PART = httpx.Response(206, headers={"Content-Range": "bytes 0-5/9"})
ANOTHER_FILE = httpx.Response(200)


@pytest.mark.parametrize("then", [READ_ON, NO_PART, OTHER_PART, ANOTHER_FILE])
async def test_a_file_that_breaks_off_is_read_on_only_from_there(then: httpx.Response):
    async def broken() -> AsyncIterator[bytes]:
        yield b"123"
        raise httpx.ReadError("reset")

    def answer(request: httpx.Request) -> httpx.Response:
        if "Range" not in request.headers:
            headers = {"Content-Length": "9", "ETag": '"e"'}
            return httpx.Response(200, headers=headers, content=broken())
        assert request.headers["If-Range"] == '"e"'
        said = {"Content-Range": then.headers.get("Content-Range", "")}
        return httpx.Response(then.status_code, headers=said, content=b"456789")

    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        client = StorageClient(http, patience_s=0)
        if then is READ_ON:
            assert await _read(client) == b"123456789"
        else:
            with pytest.raises(Unavailable, match="cannot be read on"):
                await _read(client)


async def _read(client: StorageClient) -> bytes:
    async with client.open_file("video.mp4") as file:
        return b"".join([piece async for piece in file.pieces])
