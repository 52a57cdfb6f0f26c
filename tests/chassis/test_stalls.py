"""Callers that take their time, over sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse

from chassis.stalls import PromptCallers
from tests.peers.serving import listening

HEAD = b"PUT /read HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n"
WHOLE_BYTES = 24_000_000
END = b"the end"


class Hasty(PromptCallers):
    head_s = 0.4
    stall_s = 0.4


@pytest.mark.parametrize(
    "begun",
    [b"", b"G", HEAD, b"\r\n"],
    ids=["nothing", "one byte", "no end", "blank line"],
)
async def test_a_head_that_does_not_end_in_time_is_hung_up_on(begun: bytes):
    async with served() as (port, _), connected(port) as (answers, link):
        link.write(begun)

        assert await asyncio.wait_for(ended(answers), 5) == b""


async def test_a_head_that_comes_byte_by_byte_is_hung_up_on():
    async with served() as (port, _), connected(port) as (answers, link):
        closed = asyncio.create_task(ended(answers))
        for byte in HEAD * 10:
            if closed.done():
                break
            link.write(bytes([byte]))
            await asyncio.sleep(0.02)

        assert await asyncio.wait_for(closed, 5) == b""


async def test_a_second_head_is_timed_like_the_first():
    async with served() as (port, _), connected(port) as (answers, link):
        link.write(HEAD + b"\r\nbody")
        first = await answers.read(1000)
        link.write(b"\r\n")

        assert first.startswith(b"HTTP/1.1 200")
        assert await asyncio.wait_for(ended(answers), 5) == b""


async def test_a_body_that_stalls_is_hung_up_on_and_its_reader_told():
    async with served() as (port, told), connected(port) as (answers, link):
        link.write(HEAD + b"\r\nbo")

        assert await asyncio.wait_for(ended(answers), 5) == b""
        assert await asyncio.wait_for(told.get(), 5) == "left"


async def test_a_body_that_comes_slowly_is_read():
    async with served() as (port, told), connected(port) as (answers, link):
        link.write(HEAD + b"\r\n")
        for byte in b"body":
            await asyncio.sleep(0.2)
            link.write(bytes([byte]))

        assert (await answers.read(1000)).startswith(b"HTTP/1.1 200")
        assert await told.get() == "body"


async def test_a_body_that_nobody_waits_for_may_not_trickle_on():
    """Its answer is out: what still comes keeps the connection for ``stall_s`` and no longer."""
    head = b"PUT /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000\r\n\r\n"
    async with served() as (port, _), connected(port) as (answers, link):
        link.write(head)
        answer = await answers.readuntil(b"}")
        closed = asyncio.create_task(ended(answers))
        for _ in range(100):
            if closed.done():
                break
            link.write(b"b")
            await asyncio.sleep(0.02)

        assert answer.startswith(b"HTTP/1.1 404")
        assert closed.done()
        await closed


@pytest.mark.parametrize("expects", [b"", b"Expect: 100-continue\r\n"])
async def test_a_service_that_takes_its_time_is_waited_for(expects: bytes):
    """Its caller has sent what there was room for, or waits to be asked."""
    head = b"PUT /late HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n"
    async with served() as (port, _), connected(port) as (answers, link):
        link.write(head + expects + b"\r\n")
        if expects:
            await answers.readuntil(b"\r\n\r\n")
        link.write(b"b" * 1_000_000)

        assert (await answers.read(1000)).startswith(b"HTTP/1.1 200")


async def test_a_body_behind_an_upgrade_is_refused_not_lost():
    """httptools skips it: Java's client offers HTTP/2 so, and its file was read as an empty one."""
    offer = (
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
    )
    async with served() as (port, told), connected(port) as (answers, link):
        link.write(HEAD + offer + b"\r\nbody")

        assert (await ended(answers)).startswith(b"HTTP/1.1 400")
        assert await asyncio.wait_for(told.get(), 5) == "left"


async def test_an_upgrade_offered_without_a_body_is_passed_over():
    head = b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    async with served() as (port, _), connected(port) as (answers, link):
        for _ in range(2):
            link.write(head)
            assert (await answers.readuntil(b"}")).startswith(b"HTTP/1.1 404")


async def test_an_answer_under_way_outlasts_the_next_head_that_stalls():
    """Sent in one go, as pipelining clients do; the answer was cut off with the head."""
    late = b"PUT /late HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
    async with served() as (port, _), connected(port) as (answers, link):
        link.write(late + b"PUT /read HT")

        said = await asyncio.wait_for(ended(answers), 5)

        assert said.startswith(b"HTTP/1.1 200")
        assert said.endswith(b"null")


@pytest.mark.parametrize("path", [b"/endless", b"/whole"])
async def test_who_reads_nothing_of_his_answer_is_hung_up_on(path: bytes):
    async with served() as (port, told), connected(port, limit=1) as (answers, link):
        link.write(b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

        assert await asyncio.wait_for(told.get(), 5) == "left"
        # What lay on its way is all that comes.
        assert 0 < len(await asyncio.wait_for(ended(answers), 5)) < WHOLE_BYTES


async def test_who_reads_slowly_is_waited_for():
    """The system tells the server of room again once a third of what it holds, more than a megabyte, was taken."""
    async with (
        served(unread_s=1.0) as (port, told),
        connected(port, limit=1) as (answers, link),
    ):
        link.write(b"GET /whole HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        for _ in range(30):
            await asyncio.sleep(0.1)
            await answers.readexactly(100_000)

        assert told.empty()
        while not (piece := await answers.read(1_000_000)).endswith(END):
            assert piece


@asynccontextmanager
async def served(
    *, unread_s: float = 0.4
) -> AsyncIterator[tuple[int, asyncio.Queue[str]]]:
    """Serve a few routes on a socket; what their reader was told comes with the port."""
    app, told = FastAPI(), asyncio.Queue[str]()

    @app.put("/read")
    async def read(request: Request) -> None:
        try:
            told.put_nowait((await request.body()).decode())
        except ClientDisconnect:
            told.put_nowait("left")

    @app.get("/endless")
    async def endless() -> StreamingResponse:
        return StreamingResponse(pieces())

    async def pieces() -> AsyncIterator[bytes]:
        try:
            while True:
                yield bytes(65536)
                await asyncio.sleep(0)  # as one that reads its pieces elsewhere
        finally:
            told.put_nowait("left")

    @app.get("/whole")
    async def whole() -> Response:
        return Response(bytes(WHOLE_BYTES) + END)

    @app.put("/late")
    async def late(request: Request) -> None:
        await asyncio.sleep(1.5)
        await request.body()

    class Told(Hasty):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.unread_s = unread_s

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            told.put_nowait("left")

    config = uvicorn.Config(app, port=0, http=Told, log_config=None, lifespan="off")
    async with listening(config) as port:
        yield port, told


@asynccontextmanager
async def connected(
    port: int,
    *,
    limit: int = 2**16,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    answers, link = await asyncio.open_connection("127.0.0.1", port, limit=limit)
    try:
        yield answers, link
    finally:
        link.close()


async def ended(answers: asyncio.StreamReader) -> bytes:
    """What comes until the connection ends, be it with a reset."""
    came = bytearray()
    try:
        while piece := await answers.read(2**16):
            came += piece
    except ConnectionResetError:
        pass
    return bytes(came)
