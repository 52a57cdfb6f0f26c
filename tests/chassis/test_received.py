"""A body's pace: who stalls or trickles is let go, who is merely slow is waited for."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import Request
from starlette.types import Message

from chassis.received import SLOWEST_BYTES_PER_S, CallerStalled, pieces

PAUSE_S = 0.05


def trickled(count: int, piece_bytes: int) -> Request:
    left = iter(range(count))

    async def receive() -> Message:
        await asyncio.sleep(PAUSE_S)
        more = next(left, None) is not None
        body = bytes(piece_bytes) if more else b""
        return {"type": "http.request", "body": body, "more_body": more}

    return Request({"type": "http", "method": "PUT", "headers": []}, receive)


async def read(request: Request, *, stalled_s: float) -> int:
    coming: AsyncIterator[bytes] = pieces(request, stalled_s=stalled_s)
    return sum([len(piece) async for piece in coming])


async def test_caller_that_trickles_is_let_go():
    """A byte now and then kept what was held for its body for as long as it liked."""
    with pytest.raises(CallerStalled):
        await read(trickled(100, 1), stalled_s=3 * PAUSE_S)


async def test_caller_that_is_slow_is_waited_for():
    enough = int(SLOWEST_BYTES_PER_S * PAUSE_S * 4)

    assert await read(trickled(20, enough), stalled_s=6 * PAUSE_S) == 20 * enough
