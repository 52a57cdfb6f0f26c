"""How long a group's notices are left alone."""

import asyncio

import pytest

from chassis.patience import Patience
from contracts.errors import RateLimited, Unavailable
from notifier.pause import IN_A_ROW, Pause

AWAY = Unavailable("Telegram does not answer")


@pytest.fixture
def pause():
    return Pause(Patience(first_s=10, longest_s=1000))


async def test_waits_grow_until_something_is_brought():
    pause = Pause(Patience(first_s=0.01, longest_s=10))
    waits = []
    for _ in range(4):
        pause.miss("n1", AWAY)
        waits.append(pause.begun_s())
        await asyncio.sleep(waits[-1] + 0.01)
    pause.over()
    pause.miss("n1", AWAY)

    assert waits == sorted(waits)
    assert waits[-1] > 0.07
    assert pause.begun_s() < 0.012


async def test_waits_that_new_notices_cut_short_do_not_grow(pause):
    """Ten notices within an outage of ten seconds made all of them wait for five minutes."""
    for number in range(10):
        pause.miss(f"n{number}", AWAY)
        pause.begun_s()
        pause.cut()
    pause.miss("n10", AWAY)

    assert pause.begun_s() < 12


async def test_a_wait_that_telegram_named_is_not_cut_but_by_a_person(pause):
    pause.miss("n1", RateLimited("wait", retry_after_s=60))

    pause.cut()
    assert pause.rests
    pause.end()
    assert not pause.rests


async def test_a_few_misses_in_a_row_are_no_matter_of_one_notice(pause):
    for number in range(IN_A_ROW):
        assert not pause.rests
        pause.miss(f"n{number}", AWAY)

    pause.miss("on its way", AWAY)
    assert pause.rests
    assert pause.aside == set()


async def test_what_is_new_does_not_bring_back_what_was_set_aside(pause):
    pause.miss("n1", AWAY)

    pause.cut()
    assert pause.aside == {"n1"}
    pause.end()
    assert pause.aside == set()
