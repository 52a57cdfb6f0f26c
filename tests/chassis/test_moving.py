"""What is not moved to a Postgres; what is, needs one: tests/postgres/test_moving.py."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Column, Integer, MetaData, Table

from chassis.database import open_database, service_url
from chassis.locks import AlreadyRunning, held
from chassis.moving import NotMoved, move

NOWHERE = SecretStr("postgresql://etm@127.0.0.1:9/etm")
TABLES = MetaData()
Table("reports", TABLES, Column("number", Integer, primary_key=True))


async def made(data_dir: Path) -> None:
    engine = await open_database(service_url(None, data_dir, "books"), TABLES)
    await engine.dispose()


def test_there_has_to_be_a_postgres_and_something_to_move(tmp_path: Path):
    with pytest.raises(NotMoved, match="set DATABASE_URL"):
        move("books", TABLES, tmp_path, None)
    with pytest.raises(NotMoved, match="is not there"):
        move("books", TABLES, tmp_path, NOWHERE)


def test_a_service_that_works_is_not_moved(tmp_path: Path):
    asyncio.run(made(tmp_path))

    with held(tmp_path / "books.lock"), pytest.raises(AlreadyRunning):
        move("books", TABLES, tmp_path, NOWHERE)


def test_what_is_under_way_has_to_end_first(tmp_path: Path):
    asyncio.run(made(tmp_path))

    def require_ended(folder: Path) -> None:
        raise NotMoved(f"1 work in {folder} is under way")

    with pytest.raises(NotMoved, match=f"1 work in {tmp_path} is under way"):
        move("books", TABLES, tmp_path, NOWHERE, require_ended=require_ended)


def test_a_postgres_that_is_away_is_said(tmp_path: Path):
    asyncio.run(made(tmp_path))

    with pytest.raises(NotMoved, match="nothing was moved"):
        move("books", TABLES, tmp_path, NOWHERE)
