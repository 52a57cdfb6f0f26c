"""A body that is sent while it is hashed: never taken for whole when it is not, and its hash is of what was sent."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import Rejected
from storage.body import Body


async def pieces_of(*pieces: bytes | Exception) -> AsyncIterator[bytes]:
    for piece in pieces:
        if isinstance(piece, Exception):
            raise piece
        yield piece


async def all_of(body: Body) -> bytes:
    return b"".join([piece async for piece in body])


@pytest.mark.parametrize("after", [(), (b"more",)])
async def test_body_that_broke_off_is_not_whole_when_it_is_read_again(
    after: tuple[bytes, ...],
):
    """Its source has ended then, and a length that nobody announced could not tell."""
    beginning = b"x" * 100
    body = Body(pieces_of(beginning, *after, Rejected("gone")), window_bytes=10)
    await body.settle()

    for _ in range(3):
        with pytest.raises(Rejected):
            await all_of(body)

    assert not body.ended


@pytest.mark.parametrize("window_bytes", [1, 100])
async def test_body_of_another_length_than_was_announced_is_not_whole(
    window_bytes: int,
):
    body = Body(pieces_of(b"x" * 10), size_bytes=11, window_bytes=window_bytes)

    with pytest.raises(Rejected, match="10 bytes, announced were 11"):
        await all_of(body)


async def test_body_whose_reader_was_cancelled_is_not_whole():
    async def stalling() -> AsyncIterator[bytes]:
        yield b"x" * 100
        await asyncio.Event().wait()

    body = Body(stalling(), window_bytes=10)
    await body.settle()
    reading = asyncio.create_task(all_of(body))
    await asyncio.sleep(0.01)
    reading.cancel()
    await asyncio.wait({reading})

    with pytest.raises(Rejected):
        await all_of(body)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.binary(max_size=400_000).map(lambda b: b * 3), max_size=6),
    st.integers(0, 500_000),
    st.lists(st.integers(0, 3), max_size=3),
)
async def test_hash_is_of_what_was_sent_however_often_its_beginning_was(
    pieces: list[bytes], window_bytes: int, given_up_after: list[int]
):
    whole = b"".join(pieces)
    body = Body(pieces_of(*pieces), window_bytes=window_bytes)
    await body.settle()
    for count in given_up_after:
        if body.replayable:
            await _begin(body, count)

    sent = await all_of(body) if body.replayable else None
    await body.drain()

    assert (body.size_bytes, body.ended) == (len(whole), True)
    assert body.sha256 == hashlib.sha256(whole).hexdigest()
    assert sent in {None, whole}


async def _begin(body: Body, count: int) -> None:
    """Send *count* pieces and give up, as when Nextcloud hangs up."""
    sending = aiter(body)
    for _ in range(count):
        await anext(sending, None)
    await sending.aclose()  # type: ignore[attr-defined]  # a generator
