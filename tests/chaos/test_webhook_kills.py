"""Events under ``kill -9``: services die while workflows fail, hang and hang up; nothing is left untold, and told again only after a kill."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.home import CHANTIER_GROUP
from gateway.event_courier import SIDE_BY_SIDE
from tests.chaos.sent import PATIENCE_S, Sent, client_name, outcome_of
from tests.chaos.workflow import SECRET, Post, Workflow
from tests.peers.serving import served
from tests.peers.telegram import NoAnswer, Person
from tests.ports import free_port
from tests.together.house import House, open_house
from tests.together.story import jpegs, technician
from tests.waiting import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

SEED = int(os.environ.get("SEED", "1"))
REPORTS, QUESTIONS = 6, 12
KILLED = (*("gateway",) * 4, "storage", "notifier")
KILLS = len(KILLED)


async def test_each_event_is_told_and_again_only_after_a_kill(tmp_path: Path):
    chance = random.Random(SEED)
    workflows = Workflow(chance), Workflow(chance)
    first, second = (workflow.app for workflow in workflows)
    port = free_port()
    killer = Killer(chance)
    async with served(first, "127.0.0.1", 0) as url, AsyncExitStack() as late:
        env = {
            "WEBHOOK_URLS": f"{url}/hook http://127.0.0.1:{port}/hook",
            "WEBHOOK_SECRET": SECRET,
        }
        async with open_house(tmp_path, env) as house:
            sent = [_report(house, number) for number in range(REPORTS)]
            questions = [Question(number) for number in range(QUESTIONS)]
            asker = house.telegram.add_user("Marie", "Frage")
            house.group(CHANTIER_GROUP).add(asker)

            async def kill() -> None:
                """Until half of it is done, nobody is at the second address."""
                await killer.kill(house, workflows[0], KILLS // 2)
                await late.enter_async_context(served(second, "127.0.0.1", port))
                await killer.kill(house, workflows[1], KILLS // 2)

            with workflows[0].ill(), workflows[1].ill():
                async with asyncio.TaskGroup() as group:
                    group.create_task(kill())
                    group.create_task(killer.among([one.send() for one in sent]))
                    asking = [one.ask(house, asker) for one in questions]
                    group.create_task(killer.among(asking))
            await until(
                lambda: all(report.is_filed for report in sent),
                PATIENCE_S,
                "every report",
            )
            await until(lambda: _all_is_told(house), PATIENCE_S, "all telling")
            await asyncio.sleep(2)  # what would be doubled now has its chance
            outcome = outcome_of(house, sent)
            events = await _events(house)
            reports = {str(report["report_id"]) for report in await house.reports()}
            read = [m.text for m in house.group(CHANTIER_GROUP).messages]

    kills = [(began, end) for name, began, end in killer.kills if name == "gateway"]
    _print(workflows, kills, events)
    assert outcome == {}
    assert [one.text for one in questions] == sorted(t for t in read if "Frage" in t)
    assert _reports_told(events, "report.filed") == reports
    assert _reports_told(events, "album.received") == reports
    pressed = Counter(e["data"]["data"] for e in events if "button" in e["type"])
    for one in questions:
        assert one.noted <= pressed[one.data] <= one.presses
    for workflow in workflows:
        assert workflow.taken == {event["event_id"] for event in events}
        assert all(post.is_signed for post in workflow.posts)
        # The same id is the same event: a flow folds them by it.
        assert len({(p.event_id, p.body) for p in workflow.posts}) == len(events)
        blamed = Counter(_kill_between(kills, *two) for two in workflow.again())
        assert None not in blamed
        assert max(blamed.values(), default=0) <= SIDE_BY_SIDE


@dataclass
class Killer:
    """Kills one service after another, by chance; ``kills`` are which, from when until when."""

    chance: random.Random
    kills: list[tuple[str, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._left = iter(self.chance.sample(KILLED, KILLS))

    async def kill(self, house: House, workflow: Workflow, times: int) -> None:
        """Kill *times*, often as *workflow* takes an event, and start again."""
        now = asyncio.get_running_loop().time
        for name in islice(self._left, times):
            await asyncio.sleep(self.chance.uniform(0.1, 1))
            taken = len(workflow.taken)
            with suppress(TimeoutError):
                async with asyncio.timeout(self.chance.uniform(0, 2)):
                    while len(workflow.taken) == taken:
                        await asyncio.sleep(0.001)
            began = now()
            await house.stack[name].kill()
            self.kills.append((name, began, now()))
            await asyncio.sleep(self.chance.uniform(0, 0.5))
            await house.stack[name].start()
            await house.stack[name].answers()

    async def among(self, acts: list[Coroutine[Any, Any, None]]) -> None:
        """Begin some of *acts* with each kill, so that the last one too meets something under way."""
        async with asyncio.TaskGroup() as group:
            for number, act in enumerate(acts):
                while len(self.kills) < number * KILLS // len(acts):
                    await asyncio.sleep(0.02)
                group.create_task(act)


@dataclass
class Question:
    """A message of a workflow's with a button, which somebody presses until he reads that it is noted."""

    number: int
    presses: int = 0
    noted: int = 0
    data: str = field(init=False)
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.data, self.text = f"oui:{self.number}", f"Frage {self.number:02} ?"

    async def ask(self, house: House, asker: Person) -> None:
        message = {
            "chat_id": CHANTIER_GROUP,
            "text": self.text,
            "buttons": [[{"label": f"Oui {self.number:02}", "data": self.data}]],
        }
        async with asyncio.timeout(PATIENCE_S), _client(house) as gateway:
            while True:
                with suppress(httpx.TransportError):
                    answer = await gateway.post(
                        "/gateway/messages",
                        json=message,
                        headers={"Idempotency-Key": self.data},
                    )
                    if answer.is_success:
                        break
                    assert answer.status_code == 503, answer.text
                await asyncio.sleep(0.2)
            while not self.noted:
                self.presses += 1
                with suppress(NoAnswer):
                    to = house.group(CHANTIER_GROUP)
                    label = f"Oui {self.number:02}"
                    answered = await asker.press(label, to=to, timeout_s=3)
                    assert answered.text == "C'est noté 👍"
                    self.noted += 1


def _report(house: House, number: int) -> Sent:
    jean = technician(house, f"Haken{number}", client_name(number))
    return Sent(jean, jpegs(3, seed=number), is_fault=number % 3 == 0)


def _kill_between(
    kills: list[tuple[float, float]], taken: Post, again: Post
) -> int | None:
    """The first kill since the one was posted and before the other was."""
    found = (n for n, (_, end) in enumerate(kills) if taken.at <= end)
    first = next(found, None)
    return first if first is not None and kills[first][0] <= again.at else None


def _client(house: House) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=house.stack.urls["gateway"], timeout=30)


async def _all_is_told(house: House) -> bool:
    async with _client(house) as gateway:
        answer = await gateway.get("/gateway/events?status=waiting&limit=1")
        reports = await house.reports()
    settled = all(report["status"] == "filed" for report in reports)
    return settled and answer.json()["items"] == []


async def _events(house: House) -> list[dict[str, Any]]:
    async with _client(house) as gateway:
        answer = await gateway.get("/gateway/events?limit=200")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _reports_told(events: list[dict[str, Any]], type_: str) -> set[str]:
    """The reports that events of a type tell of; none of them in two events of the same id."""
    return {e["data"]["report_id"] for e in events if e["type"] == type_}


def _print(
    workflows: tuple[Workflow, ...],
    kills: list[tuple[float, float]],
    events: list[dict[str, Any]],
) -> None:
    print(f"\nwebhooks' chaos: seed {SEED}, {KILLS} kills, {len(kills)} of the gateway")
    for workflow in workflows:
        print(
            f"  {len(events)} events: {len(workflow.posts)} posts, {len(workflow.again())} told again"
        )
