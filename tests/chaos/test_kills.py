"""Reports under ``kill -9``: at each step of a report, then at random moments; none lost, none doubled."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter

import httpx
import pytest

from demo.home import CHANTIER_GROUP
from tests.chaos.sent import PATIENCE_S, Sent, client_name, outcome_of
from tests.together.house import House, open_house
from tests.together.story import jpegs, technician
from tests.waiting import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(0)]

REPORTS = int(os.environ.get("REPORTS", "60"))
SEED = int(os.environ.get("SEED", "1"))
TECHNICIANS = 3
KILLED = ("gateway", "storage", "notifier")
EVERY_THIRD = 3
"""Of those that are killed at random is a fault."""
MANUAL = "## Erreur 731\n\nOnduleur Zénith : nettoyer la grille, puis contrôler le connecteur X4.\n"

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


def _asked(route: str) -> Moment:
    return lambda house: any(route in line for line in house.stack["knowledge"].log)


def _help_sent(house: House) -> bool:
    calls = house.telegram.calls
    sent = (c.request for c in calls if c.method == "messages.SendMessage")
    return any(request.message.startswith(("💡", "🔎")) for request in sent)


MOMENTS: dict[str, Moment] = {
    "first photo": _puts(1),
    "third photo": _puts(3),
    "card": _card_created,
    "notice": _notice_sent,
    "receipt": _receipt_written,
}
FAULT_MOMENTS: dict[str, Moment] = {
    "search": _asked("/knowledge/search"),
    "help": _help_sent,
    "history": _asked("/knowledge/documents/"),
}
AT_STEPS = [(name, moment, False) for moment in MOMENTS for name in KILLED] + [
    (name, moment, True)
    for moment in FAULT_MOMENTS
    for name in ("gateway", "knowledge")
]


async def test_no_report_is_lost_or_doubled_under_kills(tmp_path: Path):
    chance = random.Random(SEED)
    began = perf_counter()
    async with open_house(tmp_path) as house:
        await _feed(house)
        sent = [_made(house, number, chance) for number in range(REPORTS)]
        kills: Counter[str] = Counter()
        for (name, moment, _), report in zip(AT_STEPS, sent, strict=False):
            reached = (MOMENTS | FAULT_MOMENTS)[moment]
            await _report_with_kill(house, report, name, reached)
            kills[f"{name} at {moment}"] += 1
        async with _random_kills(house, chance, kills):
            await _report_all(sent[len(AT_STEPS) :])
        await until(
            lambda: all(report.is_filed for report in sent), PATIENCE_S, "every report"
        )
        await asyncio.sleep(2)  # what would be doubled now has its chance
        outcome = outcome_of(house, sent)
        statuses = await _statuses_in_the_end(house)
    _print(outcome, kills, perf_counter() - began)
    assert outcome == {}
    assert statuses == {"filed": REPORTS}


def _made(house: House, number: int, chance: random.Random) -> Sent:
    at_step = AT_STEPS[number : number + 1]
    is_fault = at_step[0][2] if at_step else number % EVERY_THIRD == 0
    jean = technician(house, f"Chaos{number}", client_name(number))
    return Sent(jean, jpegs(chance.randint(3, 5), seed=number), is_fault)


async def _feed(house: House) -> None:
    url = house.stack.urls["knowledge"]
    async with httpx.AsyncClient(base_url=url, timeout=60) as knowledge:
        manual = {"text": MANUAL, "media_type": "text/markdown", "title": "Zénith 5"}
        await knowledge.put("/knowledge/documents/zenith?wait=30", json=manual)


async def _report_with_kill(
    house: House, report: Sent, name: str, reached: Moment
) -> None:
    house.nextcloud.requests.clear()
    house.telegram.calls.clear()
    house.stack["knowledge"].log.clear()
    reporting = asyncio.create_task(report.send())
    await until(lambda: reached(house), what=f"the moment to kill {name}", look_s=0.001)
    await house.stack[name].kill()
    await house.stack[name].start()
    await reporting
    client = report.jean.client
    await until(lambda: report.is_filed, PATIENCE_S, f"{client}'s report")


async def _report_all(sent: list[Sent]) -> None:
    waiting = iter(sent)

    async def one_after_another() -> None:
        for report in waiting:
            await report.send()

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
            name = chance.choice((*KILLED, "knowledge"))
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
        for name in (*KILLED, "knowledge"):
            if not house.stack[name].running:
                await house.stack[name].start()


def _print(outcome: dict[str, int], kills: Counter[str], took_s: float) -> None:
    print(f"\nchaos: {REPORTS} reports, seed {SEED}, {took_s:.0f} s")
    for what, count in sorted(kills.items()):
        print(f"  kill -9 of {what}: {count}")
    print(f"  lost or doubled: {outcome or 'nothing'}")
