"""A database of the version before, opened by this one, and by that one again."""

from pathlib import Path

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, select

from chassis.database import open_database, service_url


def _version(*columns: Column) -> tuple[MetaData, Table]:
    tables = MetaData()
    key = Column("number", Integer, primary_key=True)
    return tables, Table("reports", tables, key, *columns)


async def _open(tmp_path: Path, tables: MetaData):
    return await open_database(service_url(None, tmp_path, "test"), tables)


async def test_columns_that_are_new_are_added_and_the_version_before_goes_on(
    tmp_path: Path,
):
    before, old = _version()
    engine = await _open(tmp_path, before)
    async with engine.begin() as db:
        await db.execute(old.insert().values(number=1))
    await engine.dispose()
    now, new = _version(
        Column("order", String(64), index=True),
        Column("seen", Boolean, nullable=False, server_default="0"),
    )

    engine = await _open(tmp_path, now)
    async with engine.begin() as db:
        await db.execute(new.insert().values(number=2, order="a", seen=True))
    await engine.dispose()
    engine = await _open(tmp_path, before)
    async with engine.begin() as db:
        await db.execute(old.insert().values(number=3))
    await engine.dispose()
    engine = await _open(tmp_path, now)
    async with engine.connect() as db:
        rows = (await db.execute(select(new).order_by(new.c.number))).all()
        plan = await db.exec_driver_sql(
            'EXPLAIN QUERY PLAN SELECT * FROM reports WHERE "order" = 1'
        )
        assert "ix_reports_order" in str(plan.all())
    await engine.dispose()

    assert rows == [(1, None, False), (2, "a", True), (3, None, False)]


async def test_a_new_column_that_old_rows_cannot_have_is_refused_and_adds_nothing(
    tmp_path: Path,
):
    before, _ = _version()
    await (await _open(tmp_path, before)).dispose()
    now, _ = _version(Column("hint", String), Column("kind", String, nullable=False))

    with pytest.raises(TypeError, match=r"reports\.kind is new"):
        await _open(tmp_path, now)

    engine = await _open(tmp_path, before)
    async with engine.connect() as db:
        there = (await db.exec_driver_sql("PRAGMA table_info(reports)")).all()
    await engine.dispose()
    assert [column[1] for column in there] == ["number"]
