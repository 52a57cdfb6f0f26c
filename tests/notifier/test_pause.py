"""How long a group's notices are left alone, and which of them keeps no other back."""

import asyncio

import pytest

from chassis.patience import Patience
from contracts.errors import RateLimited, Unavailable
from notifier.pause import TRIES_ALONE, Pause

AWAY = Unavailable("Telegram does not answer")
SHORT = Patience(first_s=0.001, longest_s=0.004)


@pytest.fixture
def pause():
    return Pause(Patience(first_s=10, longest_s=1000))


async def brought(
    waiting: list[str], pause: Pause, bad: set[str], tries: int
) -> list[str]:
    """Bring *waiting*, but those that are *bad*, in so many *tries*, as a courier does it; in which order they came."""
    came: list[str] = []
    for _ in range(tries):
        pause.look()
        left = [one for one in waiting if one not in pause.aside and one not in came]
        if pause.rests or not left:
            await asyncio.sleep(pause.begun_s() or 0.0)
        elif left[0] in bad:
            pause.miss(left[0], AWAY)
        else:
            pause.over(left[0])
            came.append(left[0])
    return came


async def test_waits_grow_until_something_is_brought():
    pause = Pause(Patience(first_s=0.01, longest_s=10))
    waits = []
    for _ in range(4):
        pause.miss("n1", AWAY)
        waits.append(pause.begun_s() or 0.0)
        await asyncio.sleep(waits[-1])
        pause.look()
    pause.over("n2")
    pause.miss("n3", AWAY)

    assert waits == sorted(waits)
    assert waits[-1] > 0.07
    assert (pause.begun_s() or 99) < 0.012


async def test_waits_that_new_notices_cut_short_do_not_grow(pause):
    """Ten notices within an outage of ten seconds made all of them wait for five minutes."""
    for _ in range(10):
        pause.miss("n1", AWAY)
        pause.begun_s()
        pause.cut()
    pause.miss("n1", AWAY)

    assert (pause.begun_s() or 99) < 12


async def test_a_wait_that_telegram_named_is_not_cut_but_by_a_person(pause):
    pause.miss("n1", RateLimited("wait", retry_after_s=60))

    pause.cut()
    assert pause.rests
    pause.end()
    assert not pause.rests


async def test_a_miss_that_was_on_its_way_when_the_wait_began_tells_nothing(pause):
    pause.miss("n1", AWAY)
    for _ in range(TRIES_ALONE):
        pause.miss("on its way", AWAY)
    pause.cut()

    assert pause.aside == set()


async def test_the_oldest_is_tried_alone_at_first(pause):
    for _ in range(TRIES_ALONE - 1):
        pause.miss("n1", AWAY)
        assert pause.rests
        pause.cut()
        assert pause.aside == set()

    pause.miss("n1", AWAY)
    assert not pause.rests
    assert pause.aside == {"n1"}


async def test_an_outage_changes_no_order():
    pause = Pause(SHORT)
    waiting = [f"n{number}" for number in range(10)]

    await brought(waiting, pause, set(waiting), tries=50)
    came = await brought(waiting, pause, set(), tries=20)

    assert came == waiting


async def test_what_ends_an_outage_makes_the_older_one_late_by_one(pause):
    for _ in range(TRIES_ALONE):
        pause.miss("n1", AWAY)
        pause.cut()
    pause.over("n2")

    assert pause.aside == set()


@pytest.mark.parametrize("count", [1, 4, 9])
async def test_any_number_that_is_never_taken_keeps_no_other_back(count: int):
    pause = Pause(SHORT)
    waiting = [f"n{number}" for number in range(count + 5)]
    bad = set(waiting[:count])

    came = await brought(waiting, pause, bad, tries=50 * count)
    came_later = await brought([*waiting[:count], "late"], pause, bad, tries=30)

    assert came == waiting[count:]
    assert came_later == ["late"]


async def test_what_was_set_apart_is_tried_one_by_one_and_ever_less():
    pause = Pause(Patience(first_s=0.001, longest_s=10))
    pause.miss("bad", AWAY)
    while pause.aside != {"bad"}:
        await asyncio.sleep(pause.begun_s() or 0.0)
        pause.look()
        pause.miss("bad", AWAY)
    pause.over("good")
    waits = []
    for _ in range(4):
        assert pause.aside == set()
        pause.miss("bad", AWAY)
        assert pause.aside == {"bad"}
        waits.append(pause.begun_s() or 0.0)
        await asyncio.sleep(waits[-1])
        pause.look()

    assert waits == sorted(waits)
    assert waits[-1] > 0.04


async def test_a_person_brings_back_what_was_set_apart(pause):
    for _ in range(TRIES_ALONE):
        pause.miss("bad", AWAY)
        pause.cut()
    pause.over("good")
    pause.miss("bad", AWAY)
    pause.cut()
    assert pause.aside == {"bad"}

    pause.end()
    assert pause.aside == set()
