"""What a service does while its PostgreSQL is away."""

import asyncio

import pytest
from pydantic import SecretStr
from sqlalchemy import Column, Integer, MetaData, Table, text

from chassis.database import open_database, service_url
from gateway.durable import DurableWork
from tests.postgres.cluster import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]


async def test_a_service_that_starts_before_its_database_waits_for_it(
    tmp_path, cluster: Cluster
):
    url = service_url(
        SecretStr(await cluster.make_database("early")), tmp_path, "early"
    )
    tables = MetaData()
    Table("reports", tables, Column("number", Integer))
    await cluster.kill()

    opening = asyncio.create_task(open_database(url, tables))
    await asyncio.sleep(1.2)
    is_waiting = not opening.done()
    await cluster.start()
    engine = await asyncio.wait_for(opening, 30)

    assert is_waiting
    async with engine.connect() as connection:
        await connection.execute(text("SELECT number FROM reports"))
    await engine.dispose()


async def test_durable_work_that_starts_before_its_database_waits_for_it(
    tmp_path, cluster: Cluster
):
    url = service_url(
        SecretStr(await cluster.make_database("work")), tmp_path, "gateway"
    )
    work = DurableWork(url)

    async def file_report(report: str) -> str:
        return f"{report} filed"

    work.add("file_report", file_report)
    await cluster.kill()

    opening = asyncio.create_task(work.open())
    await asyncio.sleep(1.2)
    is_waiting = not opening.done()
    await cluster.start()
    await asyncio.wait_for(opening, 30)

    assert is_waiting
    await work.start("file_report", "r1", "r1")
    assert await work.result("r1") == "r1 filed"
    await work.close()


async def test_a_password_of_the_database_is_not_told_while_it_is_away(
    tmp_path, cluster: Cluster, caplog
):
    there = SecretStr(f"postgresql://etm:geheim@127.0.0.1:{cluster.port}/nowhere")
    url = service_url(there, tmp_path, "early")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(open_database(url, MetaData()), 1)

    assert "nowhere" in caplog.text
    assert "geheim" not in caplog.text


async def test_services_that_open_one_database_at_once_all_make_its_tables(
    tmp_path, cluster: Cluster
):
    url = service_url(
        SecretStr(await cluster.make_database("raced")), tmp_path, "raced"
    )
    for columns in range(4):  # the first makes the table, the others add to it
        tables = MetaData()
        added = [Column(f"n{i}", Integer, index=True) for i in range(columns + 1)]
        Table("reports", tables, *added)
        engines = await asyncio.gather(*(open_database(url, tables) for _ in range(8)))
        await asyncio.gather(*(engine.dispose() for engine in engines))


async def test_a_column_that_is_new_is_added(tmp_path, cluster: Cluster):
    url = service_url(
        SecretStr(await cluster.make_database("grown")), tmp_path, "grown"
    )
    before, now = MetaData(), MetaData()
    Table("reports", before, Column("number", Integer))
    grown = Table(
        "reports",
        now,
        Column("number", Integer),
        Column("order", Integer, server_default="7", index=True),
    )
    engine = await open_database(url, before)
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO reports VALUES (1)"))
    await engine.dispose()

    for _ in range(2):
        engine = await open_database(url, now)
        async with engine.connect() as connection:
            rows = (await connection.execute(grown.select())).all()
        await engine.dispose()

    assert rows == [(1, 7)]
