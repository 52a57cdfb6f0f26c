"""The services' database on SQLite."""

import asyncio
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import open_database, service_url

metadata = MetaData()
numbers = Table("numbers", metadata, Column("number", Integer))


async def test_a_cancelled_transaction_does_not_keep_the_lock(tmp_path: Path):
    engine = await open_database(service_url(None, tmp_path, "test"), metadata)
    ends = []  # an exception that is still looked at keeps its cursor alive
    for pause in range(100):
        writers = [asyncio.create_task(_write(engine)) for _ in range(3)]
        await asyncio.sleep(pause * 1e-4)
        for writer in writers:
            writer.cancel()
        ends.append(await asyncio.gather(*writers, return_exceptions=True))

        async with asyncio.timeout(5), engine.begin() as db:
            await db.execute(insert(numbers).values(number=pause))

    await engine.dispose()
    assert len(ends) == 100


async def _write(engine: AsyncEngine) -> None:
    while True:
        async with engine.begin() as db:
            await db.execute(insert(numbers).values(number=-1))
            await db.execute(select(numbers).limit(1))


async def test_a_failed_statement_does_not_say_what_it_was_to_write(tmp_path: Path):
    """Its error goes to the log; addresses of webhooks and what people wrote stand in these tables."""
    engine = await open_database(service_url(None, tmp_path, "test"), metadata)
    said = ""
    try:
        async with engine.begin() as db:
            await db.execute(
                text("INSERT INTO nowhere VALUES (:url)"), {"url": "user:password"}
            )
    except OperationalError as error:
        said = str(error)
    await engine.dispose()

    assert "nowhere" in said
    assert "password" not in said


async def test_a_read_does_not_wait_for_who_writes(tmp_path: Path):
    engine = await open_database(service_url(None, tmp_path, "test"), metadata)
    async with engine.begin() as writer:
        await writer.execute(insert(numbers).values(number=1))

        async with asyncio.timeout(5), engine.connect() as reader:
            seen = (await reader.execute(select(numbers))).all()

    await engine.dispose()
    assert seen == []


async def test_writers_that_first_read_wait_for_each_other(tmp_path: Path):
    """With a lock taken at the first write only, SQLite would refuse it to who has read before another wrote."""
    engine = await open_database(service_url(None, tmp_path, "test"), metadata)

    async def count_on() -> None:
        async with engine.begin() as db:
            known = (await db.execute(select(numbers.c.number))).scalars().all()
            await asyncio.sleep(0)
            await db.execute(insert(numbers).values(number=len(known)))

    await asyncio.gather(*(count_on() for _ in range(20)))

    async with engine.connect() as db:
        written = (await db.execute(select(numbers.c.number))).scalars().all()
    await engine.dispose()
    assert sorted(written) == list(range(20))
