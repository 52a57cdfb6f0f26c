"""A place for what is held whole goes to who sends, not to who trickles."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from fastapi import Request
from starlette.types import Message

from chassis.received import CallerStalled
from storage.body import WINDOW_BYTES
from storage.forms import sent_files
from storage.received import SLOWEST_BYTES_PER_S, Paced, Receiver

TRICKLED_S = 0.05
FORM = "multipart/form-data; boundary=B"
FILE = b'--B\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n'


def request(content_type: str, pieces: AsyncIterator[bytes]) -> Request:
    async def receive() -> Message:
        piece = await anext(pieces, None)
        more = piece is not None
        return {"type": "http.request", "body": piece or b"", "more_body": more}

    headers = [(b"content-type", content_type.encode())]
    return Request(
        {"type": "http", "method": "POST", "headers": headers, "query_string": b""},
        receive,
    )


async def trickled(begun: bytes) -> AsyncIterator[bytes]:
    yield begun
    while True:
        await asyncio.sleep(TRICKLED_S)
        yield b"x"


@pytest.mark.parametrize(
    ("content_type", "begun"),
    [("application/json", b'{"path": "a", "content": "'), (FORM, FILE)],
    ids=["json", "file before its path"],
)
async def test_caller_that_trickles_gives_its_place_up(content_type: str, begun: bytes):
    """Each of its bytes comes in time; two such callers had both places for as long as they liked."""
    receiver = Receiver(stalled_s=3 * TRICKLED_S)
    async with asyncio.timeout(10), AsyncExitStack() as place:
        files = sent_files(request(content_type, trickled(begun)), receiver, place)
        with pytest.raises(CallerStalled) as ended:
            await anext(files)

    assert "multipart" in ended.value.detail
    assert not receiver.whole.locked()


async def test_slow_caller_that_keeps_the_pace_is_waited_for():
    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(20):
            await asyncio.sleep(TRICKLED_S)
            yield bytes(int(SLOWEST_BYTES_PER_S * TRICKLED_S * 4))

    paced = Paced(slowly(), lag_s=10 * TRICKLED_S)
    paced.require_pace()

    assert len([piece async for piece in paced]) == 20


async def test_what_is_done_with_a_piece_is_not_the_callers_time():
    async def at_once() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    paced = Paced(at_once(), lag_s=TRICKLED_S)
    paced.require_pace()
    await anext(paced)
    await asyncio.sleep(2 * TRICKLED_S)

    assert await anext(paced) == b"b"


async def test_large_json_is_read_beside_what_else_is_asked():
    content = base64.b64encode(bytes(20 * WINDOW_BYTES)).decode()
    body = json.dumps({"path": "a", "filename": "b", "content": content}).encode()

    async def whole() -> AsyncIterator[bytes]:
        yield body

    async with AsyncExitStack() as place:
        files = sent_files(
            request("application/json", whole()), Receiver(stalled_s=60), place
        )
        before_s = time.process_time(), time.thread_time()
        file = await anext(files)
        all_s, loops_s = (
            time.process_time() - before_s[0],
            time.thread_time() - before_s[1],
        )
        await file.body.drain()

    assert file.body.size_bytes == 20 * WINDOW_BYTES
    assert loops_s < all_s / 3
