"""Story: reports with all state in a genuine PostgreSQL, which is killed amid them like the services."""

import asyncio
from pathlib import Path

import pytest

from tests.postgres.cluster import Cluster
from tests.together.house import House, open_house
from tests.together.story import Technician, jpegs, technician
from tests.waiting import until

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]

AWAY_S = 1.5
"""How long the database is away after its kill."""


async def test_reports_are_filed_once_though_services_and_their_database_are_killed(
    tmp_path: Path, cluster: Cluster
):
    url = await cluster.make_database("killed")
    async with open_house(tmp_path, {"DATABASE_URL": url}) as house:
        jean = technician(house, "Datenbank", "Elefant")
        fault = technician(house, "Störung", "Rüssel")
        house.nextcloud.faults.slow(0.4, times=None)

        await jean.begin()
        await jean.person.send_album(jpegs(8, seed=31))
        await jean.person.sees("8 photos", timeout_s=60, after=jean.start)
        await jean.person.press("Envoyer", timeout_s=60)
        await filed(jean, 1)
        await house.stack["gateway"].kill()
        await house.stack["gateway"].start()
        await filed(jean, 4)
        await killed_and_back(cluster)
        await jean.receipt()
        await until(lambda: jean.notices() != [], what="the notice")
        await fault.fault("le ventilateur siffle, erreur 712")
        await house.stack["notifier"].kill()
        await killed_and_back(cluster)
        await house.stack["notifier"].start()
        await until(lambda: fault.fault_notices() != [], what="the fault's notice")
        await all_filed(house)
        await asyncio.sleep(1)  # what would be doubled now has its chance

        assert sorted(jean.files().values()) == sorted(jpegs(8, seed=31))
        assert jean.notices() == [jean.notice(8)]
        assert (len(jean.cards()), len(jean.receipts())) == (1, 1)
        assert len(fault.fault_notices()) == 1
        assert (len(fault.cards()), len(fault.receipts())) == (1, 1)
        await house.stack.ready()
    tables = await cluster.ask(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
        "killed",
    )
    assert {("reports",), ("notices",)} <= set(tables)
    left = {file.name for file in tmp_path.rglob("*.sqlite")}
    assert left.isdisjoint({"gateway.sqlite", "gateway-work.sqlite", "notifier.sqlite"})
    print(
        "\n2 reports, 8 photos: each file, card, notice and receipt once, after kill -9 of gateway, notifier "
        f"and twice of PostgreSQL {(await cluster.ask('SHOW server_version'))[0][0]}; no SQLite file"
    )


async def filed(jean: Technician, count: int) -> None:
    await until(lambda: len(jean.files()) >= count, what="the photos")


async def killed_and_back(cluster: Cluster) -> None:
    await cluster.kill()
    await asyncio.sleep(AWAY_S)
    await cluster.start()


async def all_filed(house: House) -> None:
    async with asyncio.timeout(60):
        while {r["status"] for r in await house.reports()} != {"filed"}:
            await asyncio.sleep(0.2)
