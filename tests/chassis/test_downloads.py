"""Callers who take their answer slowly, or leave, while others wait for the one place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import ReferenceType, ref

import pytest
from starlette.types import Message

from chassis.downloads import SLOW_S, Download, FileAnswer
from chassis.places import Places
from contracts.errors import Unavailable

PIECES = [b"first", b"last"]


class File:
    """Notes from where it is opened."""

    def __init__(self) -> None:
        self.opened_at: list[int] = []

    @asynccontextmanager
    async def opened(self, sent_bytes: int) -> AsyncIterator[FileAnswer]:
        self.opened_at.append(sent_bytes)
        whole = b"".join(PIECES)
        if sent_bytes >= len(whole):
            raise Unavailable("There is no such range.")
        length = (b"content-length", str(len(whole)).encode())
        yield FileAnswer(200, [length], self._pieces(sent_bytes))

    async def _pieces(self, sent_bytes: int) -> AsyncIterator[bytes]:
        for piece in PIECES[sent_bytes // len(PIECES[0]) :]:
            yield piece


class Reader:
    """Takes all pieces at once but one."""

    def __init__(self, slow_at: bytes) -> None:
        self._slow_at = slow_at
        self.is_slow, self.reads_on = asyncio.Event(), asyncio.Event()
        self.has_left = asyncio.Event()
        self.has_ended = False
        self.read = b""

    async def send(self, message: Message) -> None:
        body = message.get("body", b"")
        if body == self._slow_at:
            self.is_slow.set()
            try:
                await self.reads_on.wait()
            except asyncio.CancelledError:
                self.has_left.set()
                raise
        self.read += body
        self.has_ended = not message.get("more_body", True)


@pytest.mark.parametrize(("slow_at", "opened_at"), [(b"first", [0, 5]), (b"last", [0])])
async def test_what_is_left_is_opened_again_and_nothing_where_nothing_is(
    slow_at: bytes, opened_at: list[int]
):
    places, file, slow = Places(1, full="Too many."), File(), Reader(slow_at)
    download = Download(places, file.opened)
    sending = asyncio.create_task(download.stream_response(slow.send))
    await slow.is_slow.wait()

    async with places.one():
        slow.reads_on.set()
    await sending

    assert slow.read == b"".join(PIECES)
    assert file.opened_at == opened_at


async def test_who_finds_no_place_again_gets_no_end_of_his_file():
    """The server hangs up then: he sees that it was cut short."""
    places, slow = Places(1, full="Too many.", wait_s=2 * SLOW_S), Reader(b"first")
    download = Download(places, File().opened)
    sending = asyncio.create_task(download.stream_response(slow.send))
    await slow.is_slow.wait()

    async with places.one():
        slow.reads_on.set()
        with pytest.raises(Unavailable, match="Too many"):
            await sending

    assert slow.read == b"first"
    assert not slow.has_ended


async def test_who_is_waited_for_keeps_nothing_of_what_was_open_for_him():
    places, slow = Places(1, full="Too many."), Reader(b"first")
    held: list[ReferenceType[FileAnswer]] = []

    @asynccontextmanager
    async def opened(sent_bytes: int) -> AsyncIterator[FileAnswer]:
        async with File().opened(sent_bytes) as answer:
            held.append(ref(answer))
            yield answer

    download = Download(places, opened)
    sending = asyncio.create_task(download.stream_response(slow.send))
    await slow.is_slow.wait()

    async with places.one():
        assert held[0]() is None

        slow.reads_on.set()
    await sending


async def test_who_leaves_while_his_file_is_closed_leaves_nothing_behind():
    places, slow = Places(1, full="Too many."), Reader(b"first")
    closes = asyncio.Event()

    @asynccontextmanager
    async def opened(sent_bytes: int) -> AsyncIterator[FileAnswer]:
        async with File().opened(sent_bytes) as answer:
            yield answer
        closes.set()
        await asyncio.Event().wait()

    download = Download(places, opened)
    sending = asyncio.create_task(download.stream_response(slow.send))
    await slow.is_slow.wait()
    next_one = asyncio.create_task(places.one().__aenter__())
    await closes.wait()

    sending.cancel()

    await asyncio.wait_for(slow.has_left.wait(), 5)
    await next_one
