"""All services killed together, killed while they start, and a database that another program holds."""

import asyncio
import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from chassis.database import BUSY_TIMEOUT_S
from tests.peers.telegram import NoAnswer, NotSeen
from tests.together.house import House, open_house
from tests.together.story import Technician, jpegs, technician
from tests.waiting import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(0)]

REPORTS = 6
KILLS = 9
PATIENCE_S = 240.0


async def test_no_report_is_lost_or_doubled_when_all_are_killed_and_again_while_they_start(
    tmp_path: Path,
):
    chance = random.Random(3)
    photos = jpegs(4, seed=41)
    async with open_house(tmp_path) as house:
        people = [
            technician(house, f"Alle{n}", f"{'ABCDEF'[n]}lle{n}{'uvwxyz'[n] * 4}")
            for n in range(REPORTS)
        ]
        reporting = [asyncio.create_task(_report(jean, photos)) for jean in people]
        for number in range(KILLS):
            await asyncio.sleep(chance.uniform(0.1, 2.5))
            await _kill_all(house)
            if number % 3 == 0:
                await asyncio.sleep(chance.uniform(0.1, 1.5))
                await _kill_all(house)
        await asyncio.gather(*reporting)
        await until(lambda: all(j.notices() for j in people), PATIENCE_S, "the notices")
        await asyncio.sleep(2)  # what would be doubled now has its chance

        for jean in people:
            assert sorted(jean.files().values()) == sorted(photos)
            assert jean.notices() == [jean.notice(len(photos))]
            assert len(jean.cards()) == 1
            assert len(jean.receipts()) == 1


async def test_a_report_outlasts_a_program_that_holds_the_gateways_database(
    tmp_path: Path,
):
    """A backup, say, for longer than the gateway waits for SQLite's lock."""
    photos = jpegs(3, seed=42)
    async with open_house(tmp_path) as house:
        jean = technician(house, "Sperre", "Verrou")
        await jean.begin()
        house.nextcloud.faults.slow(1)
        await jean.person.send_album(photos)
        await jean.person.press("Envoyer")
        await until(lambda: len(jean.files()) >= 1, what="the first photo")
        file = tmp_path / "gateway" / "gateway.sqlite"
        with closing(sqlite3.connect(file, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(BUSY_TIMEOUT_S + 6)
            holder.execute("ROLLBACK")
        house.nextcloud.faults.clear()
        await jean.receipt()

    assert sorted(jean.files().values()) == sorted(photos)
    assert jean.notices() == [jean.notice(3)]
    assert len(jean.cards()) == 1


async def _kill_all(house: House) -> None:
    services = [house.stack[name] for name in ("gateway", "storage", "notifier")]
    await asyncio.gather(*(service.kill() for service in services))
    await asyncio.gather(*(service.start() for service in services))


async def _report(jean: Technician, photos: list[bytes]) -> None:
    """A press is lost with the process that had it: he presses again."""
    jean.start = await jean.person.send("/start")
    async with asyncio.timeout(PATIENCE_S):
        while not any("Quel chantier" in m.text for m in jean.person.chat):
            with suppress(NoAnswer, NotSeen):
                await jean.person.press("Fin de chantier", timeout_s=3)
                await jean.person.sees("Quel chantier", timeout_s=5)
    await jean.person.send(jean.client)
    await jean.person.sees("Envoie tes photos", timeout_s=PATIENCE_S)
    await jean.person.send_album(photos)
    await jean.person.sees("Rapport enregistré", timeout_s=PATIENCE_S)
