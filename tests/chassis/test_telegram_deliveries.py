"""How arrivals are handed over: in order within a chat, again where their handler fails."""

import asyncio
from datetime import UTC, datetime

from pyrogram.storage import UpdateState

from chassis.patience import Patience
from chassis.telegram import IncomingMessage
from chassis.telegram.deliveries import TRIES, Deliveries
from chassis.telegram.ledger import UpdateLedger
from chassis.telegram.messages import Arrival
from contracts.errors import Forbidden, Unavailable
from tests.chassis.telegram_sessions import Inbox, session


async def test_chats_go_side_by_side_and_each_in_order(peer, jean, tmp_path):
    marie = peer.add_user("Marie")
    inbox, jean_may_go_on = Inbox(), asyncio.Event()

    async def handler(arrival) -> None:
        if arrival.text == "jean 0":
            await jean_may_go_on.wait()
        await inbox(arrival)

    async with session(peer, tmp_path, handler):
        for number in range(3):
            await jean.send(f"jean {number}")
            await marie.send(f"marie {number}")
        await inbox.holds(3)
        assert inbox.texts == ["marie 0", "marie 1", "marie 2"]
        jean_may_go_on.set()
        await inbox.holds(6)

    assert inbox.texts[3:] == ["jean 0", "jean 1", "jean 2"]


async def test_a_handler_whose_database_is_away_is_called_again(peer, jean, tmp_path):
    inbox, failures = Inbox(), [Unavailable("database", retry_after_s=0.01)] * 3

    async def handler(arrival) -> None:
        if failures:
            raise failures.pop()
        await inbox(arrival)

    async with session(peer, tmp_path, handler):
        await jean.send("one")
        await jean.send("two")
        await inbox.holds(2)

    assert inbox.texts == ["one", "two"]


async def test_an_arrival_that_breaks_its_handler_is_passed_over_until_the_next_start():
    ledger, handled = UpdateLedger(), []

    async def handler(arrival: Arrival) -> None:
        if arrival.message_id == 1:
            raise ZeroDivisionError
        handled.append(arrival.message_id)

    deliveries = Deliveries(handler, Patience(first_s=0, longest_s=0))
    for message_id in (1, 2):
        position = UpdateState(0, message_id, None, None, None)
        deliveries.put(message(message_id), ledger.enter(position))
    await deliveries.close(grace_s=5)

    assert handled == [2]
    assert deliveries.passed_over == 1
    assert ledger.settled() == []


async def test_an_arrival_that_was_passed_over_comes_again_by_itself():
    ledger, handled = UpdateLedger(), asyncio.Event()
    failures = [OSError("disk full")] * TRIES

    async def handler(_arrival: Arrival) -> None:
        if failures:
            raise failures.pop()
        handled.set()

    deliveries = Deliveries(handler, Patience(first_s=0, longest_s=0), again_s=0.05)
    position = UpdateState(0, 1, None, None, None)
    deliveries.put(message(1), ledger.enter(position))
    async with asyncio.timeout(5):
        await handled.wait()
    await deliveries.close(grace_s=5)

    assert deliveries.passed_over == 0
    assert ledger.settled() == [position]


async def test_an_arrival_that_is_finally_refused_is_done_with():
    ledger = UpdateLedger()

    async def handler(_arrival: Arrival) -> None:
        raise Forbidden("blocked by the user")

    deliveries = Deliveries(handler)
    position = UpdateState(0, 1, None, None, None)
    deliveries.put(message(1), ledger.enter(position))
    await deliveries.close(grace_s=5)

    assert ledger.settled() == [position]


def message(message_id: int) -> IncomingMessage:
    return IncomingMessage(7, message_id, datetime.now(UTC), None)
