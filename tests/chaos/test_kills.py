"""Reports under ``kill -9``: at each step of a report, then at random moments; none lost, none doubled."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter

import pytest

from demo.home import CHANTIER_GROUP
from tests.peers.telegram import NoAnswer, NotSeen
from tests.together.house import House, open_house, until
from tests.together.story import Technician, jpegs, technician

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(0)]

REPORTS = int(os.environ.get("REPORTS", "60"))
SEED = int(os.environ.get("SEED", "1"))
TECHNICIANS = 3
KILLED = ("gateway", "storage", "notifier")
PATIENCE_S = 240.0
_SYLLABLES = (
    "ba",
    "dor",
    "fel",
    "gim",
    "hus",
    "kor",
    "lan",
    "mer",
    "nix",
    "pol",
    "rat",
    "sev",
)

Moment = Callable[[House], bool]


def _puts(count: int) -> Moment:
    return lambda house: (
        sum(r.method == "PUT" for r in house.nextcloud.requests) >= count
    )


def _card_created(house: House) -> bool:
    return any(
        r.method == "POST" and r.path.endswith("/cards")
        for r in house.nextcloud.requests
    )


def _notice_sent(house: House) -> bool:
    calls = (
        call.request
        for call in house.telegram.calls
        if call.method == "messages.SendMessage"
    )
    return any(
        getattr(request.peer, "chat_id", None) == -CHANTIER_GROUP for request in calls
    )


def _receipt_written(house: House) -> bool:
    edits = (
        c.request for c in house.telegram.calls if c.method == "messages.EditMessage"
    )
    return any("Rapport enregistré" in (edit.message or "") for edit in edits)


MOMENTS: dict[str, Moment] = {
    "first photo": _puts(1),
    "third photo": _puts(3),
    "card": _card_created,
    "notice": _notice_sent,
    "receipt": _receipt_written,
}


async def test_no_report_is_lost_or_doubled_under_kills(tmp_path: Path):
    chance = random.Random(SEED)
    began = perf_counter()
    async with open_house(tmp_path) as house:
        people = [technician(house, f"Chaos{n}", _client(n)) for n in range(REPORTS)]
        photos = {
            jean.client: jpegs(chance.randint(3, 5), seed=n)
            for n, jean in enumerate(people)
        }
        at_steps = [(name, moment) for moment in MOMENTS for name in KILLED][:REPORTS]
        kills: Counter[str] = Counter()
        for (name, moment), jean in zip(at_steps, people, strict=False):
            await _report_with_kill(
                house, jean, photos[jean.client], name, MOMENTS[moment]
            )
            kills[f"{name} at {moment}"] += 1
        async with _random_kills(house, chance, kills):
            await _report_all(people[len(at_steps) :], photos)
        await until(
            lambda: all(_filed(jean) for jean in people), PATIENCE_S, "every report"
        )
        await asyncio.sleep(2)  # what would be doubled now has its chance
        outcome = _outcome(people, photos)
        statuses = await _statuses_in_the_end(house)
    _print(outcome, kills, perf_counter() - began)
    assert outcome == {}
    assert statuses == {"filed": REPORTS}


async def _report_with_kill(
    house: House, jean: Technician, photos: list[bytes], name: str, moment: Moment
) -> None:
    house.nextcloud.requests.clear()
    house.telegram.calls.clear()
    reporting = asyncio.create_task(_report(jean, photos))
    await until(lambda: moment(house), what=f"the moment to kill {name}", look_s=0.001)
    await house.stack[name].kill()
    await house.stack[name].start()
    await reporting
    await until(lambda: _filed(jean), PATIENCE_S, f"{jean.client}'s report")


async def _report_all(people: list[Technician], photos: dict[str, list[bytes]]) -> None:
    waiting = iter(people)

    async def one_after_another() -> None:
        for jean in waiting:
            await _report(jean, photos[jean.client])

    await asyncio.gather(*(one_after_another() for _ in range(TECHNICIANS)))


async def _statuses_in_the_end(house: House) -> Counter[str]:
    """Of all reports, once none is at work: the receipt comes before the group's delivery is sure."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            reports = await house.reports()
            statuses = Counter(str(report["status"]) for report in reports)
            if "filing" not in statuses:
                return statuses
            await asyncio.sleep(0.5)


@asynccontextmanager
async def _random_kills(
    house: House, chance: random.Random, kills: Counter[str]
) -> AsyncIterator[None]:
    """Kill one service after another, each started again a moment later."""

    async def keep_killing() -> None:
        while True:
            await asyncio.sleep(chance.uniform(0.1, 1.5))
            name = chance.choice(KILLED)
            await house.stack[name].kill()
            kills[f"{name} at random"] += 1
            await asyncio.sleep(chance.uniform(0, 0.5))
            await house.stack[name].start()
            await house.stack[name].answers()

    killing = asyncio.create_task(keep_killing())
    try:
        yield
    finally:
        killing.cancel()
        with suppress(asyncio.CancelledError):
            await killing
        for name in KILLED:
            if not house.stack[name].running:
                await house.stack[name].start()


async def _report(jean: Technician, photos: list[bytes]) -> None:
    """What a person does whose button now and then does not react: press it again."""
    await jean.person.send("/start")
    await _press_until(jean, "Fin de chantier", "Quel chantier")
    await jean.person.send(jean.client)
    await jean.person.sees("Envoie tes photos", timeout_s=PATIENCE_S)
    await jean.person.send_album(photos)
    await jean.person.sees(f"{len(photos)} photos", timeout_s=PATIENCE_S)
    with suppress(NoAnswer, NotSeen):  # the quiet time sends it too
        await jean.person.press("Envoyer", timeout_s=3)


async def _press_until(jean: Technician, label: str, text: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with suppress(NoAnswer, NotSeen):
                await jean.person.press(label, timeout_s=3)
                await jean.person.sees(text, timeout_s=5)
                return


def _filed(jean: Technician) -> bool:
    return bool(jean.receipts())


def _outcome(
    people: list[Technician], photos: dict[str, list[bytes]]
) -> dict[str, int]:
    """What is lost or doubled, counted; empty when all is as it should be."""
    found: Counter[str] = Counter()
    for jean in people:
        sent, kept = Counter(photos[jean.client]), Counter(jean.files().values())
        found["lost files"] += (sent - kept).total()
        found["doubled files"] += (kept - sent).total()
        for what, count in (
            ("cards", len(jean.cards())),
            ("notices", len(jean.notices())),
            ("receipts", len(jean.receipts())),
        ):
            found[f"lost {what}"] += count == 0
            found[f"doubled {what}"] += max(0, count - 1)
        found["wrong notices"] += jean.notices() != [
            jean.notice(len(photos[jean.client]))
        ]
    return {what: count for what, count in found.items() if count}


def _client(number: int) -> str:
    """A name unlike its neighbours', so that no typo leads from one to another."""
    first, rest = number % 12, number // 12
    second, third = (first * 5 + rest) % 12, (first * 7 + rest * 3) % 12
    return f"{_SYLLABLES[first]}{_SYLLABLES[second]}{_SYLLABLES[third]}{number}".capitalize()


def _print(outcome: dict[str, int], kills: Counter[str], took_s: float) -> None:
    print(f"\nchaos: {REPORTS} reports, seed {SEED}, {took_s:.0f} s")
    for what, count in sorted(kills.items()):
        print(f"  kill -9 of {what}: {count}")
    print(f"  lost or doubled: {outcome or 'nothing'}")
