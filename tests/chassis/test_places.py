import asyncio

import pytest

from chassis.places import Places
from contracts.errors import Unavailable


async def test_who_finds_no_place_is_told_when_to_come_again():
    places = Places(1, full="Too many.", wait_s=0.01, retry_after_s=7)

    async with places.one():
        with pytest.raises(Unavailable) as refusal:
            await places.one().__aenter__()

    assert (refusal.value.code, refusal.value.retry_after_s) == ("busy", 7)


async def test_who_waits_gets_the_place_that_becomes_free():
    places = Places(1, full="Too many.")
    order = []

    async def take(name: str) -> None:
        async with places.one():
            order.append(name)
            await asyncio.sleep(0)

    await asyncio.gather(*(take(name) for name in "abc"))

    assert order == ["a", "b", "c"]


async def test_who_fails_with_a_place_leaves_it():
    places = Places(1, full="Too many.", wait_s=0.01)

    with pytest.raises(ZeroDivisionError):
        async with places.one():
            raise ZeroDivisionError

    async with places.one():
        pass
