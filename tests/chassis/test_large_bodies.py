"""What all large bodies hold at once has a limit."""

import asyncio

from fastapi import FastAPI

from chassis.large_bodies import SMALL_BYTES, LargeBodies
from tests.conftest import run_app
from tests.slow_bodies import JSON, Slow
from tests.waiting import until


async def test_few_large_bodies_are_in_memory_at_once(things: FastAPI):
    things.state.large_bodies = LargeBodies(at_once=2)
    slow = Slow(SMALL_BYTES + 1)
    async with run_app(things) as http:
        calls = [
            asyncio.create_task(http.put("/thing", content=slow.body(), headers=JSON))
            for _ in range(5)
        ]
        await until(lambda: slow.read_on == 2)
        small = await http.put("/thing", json={"text": "x"})
        read_on = slow.read_on
        slow.goes_on.set()
        answers = await asyncio.gather(*calls)

    assert (small.status_code, read_on) == (200, 2)
    assert [answer.status_code for answer in answers] == [200] * 5


async def test_small_body_that_trickles_takes_no_place(things: FastAPI):
    things.state.large_bodies = LargeBodies(at_once=1)
    slow = Slow(SMALL_BYTES)
    async with run_app(things) as http:
        calls = [
            asyncio.create_task(http.put("/thing", content=slow.body(), headers=JSON))
            for _ in range(3)
        ]
        await until(lambda: slow.read_on == 3)
        large = await http.put("/thing", json={"text": "x" * SMALL_BYTES * 2})
        slow.goes_on.set()
        await asyncio.gather(*calls)

    assert large.status_code == 200


async def test_small_body_that_never_ends_is_ended(things: FastAPI):
    things.state.large_bodies = LargeBodies(arrive_s=0.01)
    slow = Slow(SMALL_BYTES)
    async with run_app(things) as http:
        answer = await http.put("/thing", content=slow.body(), headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (408, "caller_stalled")


async def test_large_body_that_finds_no_place_is_told_when_to_come_again(
    things: FastAPI,
):
    things.state.large_bodies = LargeBodies(at_once=1, wait_s=0.01)
    slow = Slow(SMALL_BYTES + 1)
    async with run_app(things) as http:
        first = asyncio.create_task(
            http.put("/thing", content=slow.body(), headers=JSON)
        )
        await until(lambda: slow.read_on == 1)
        second = await http.put("/thing", json={"text": "x" * SMALL_BYTES * 2})
        slow.goes_on.set()
        await first

    assert (second.status_code, second.json()["code"]) == (503, "busy")
    assert int(second.headers["Retry-After"]) > 0


async def test_large_body_that_trickles_gives_its_place_up(things: FastAPI):
    things.state.large_bodies = LargeBodies(at_once=1, arrive_s=0.2)
    slow = Slow(SMALL_BYTES + 1)
    async with run_app(things) as http:
        trickles = asyncio.create_task(
            http.put("/thing", content=slow.body(), headers=JSON)
        )
        await until(lambda: slow.read_on == 1)
        other = await http.put("/thing", json={"text": "x" * SMALL_BYTES * 2})
        answer = await trickles

    assert other.status_code == 200
    assert (answer.status_code, answer.json()["code"]) == (408, "caller_stalled")
