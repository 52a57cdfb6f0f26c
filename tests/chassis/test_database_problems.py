"""What a caller is told of a database that fails: what to do, and that it is worth another try."""

import pytest
from sqlalchemy import Column, MetaData, String, Table, insert, select

from chassis.database import open_database, service_url
from chassis.database_problems import add_database_problems
from tests.chassis.chassis_app import things_app

metadata = MetaData()
notes = Table("notes", metadata, Column("note", String))


@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        ("PRAGMA max_page_count = 1", 507, "database_full"),
        ("PRAGMA query_only = 1", 503, "database_away"),
        ("DROP TABLE notes", 500, "internal"),
        ("CREATE UNIQUE INDEX once ON notes (note)", 500, "internal"),
    ],
)
async def test_the_databases_own_failure_is_worth_another_try(
    running, tmp_path, trouble, status, code
):
    engine = await open_database(service_url(None, tmp_path, "things"), metadata)
    app = things_app()
    add_database_problems(app)

    @app.post("/things/note")
    async def note() -> None:
        async with engine.begin() as db:
            await db.exec_driver_sql(trouble)
            for _ in range(2):
                await db.execute(
                    insert(notes).values(note="look-alike-secret" * 10_000)
                )

    async with running(app) as http:
        answer = await http.post("/things/note")
    await engine.dispose()

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert ("again" in problem["detail"]) == (status != 500)
    assert "look-alike-secret" not in answer.text


async def test_a_database_that_is_spoilt_is_said_as_such(running, tmp_path):
    """It was an error of ours, and so was ``/readyz``."""
    engine = await open_database(service_url(None, tmp_path, "things"), metadata)
    async with engine.begin() as db:
        await db.execute(insert(notes).values(note="x" * 100_000))
    await engine.dispose()
    file = tmp_path / "things.sqlite"
    file.write_bytes(file.read_bytes()[:4096] + bytes(file.stat().st_size - 4096))
    engine = await open_database(service_url(None, tmp_path, "things"), MetaData())
    app = things_app()
    add_database_problems(app)

    @app.post("/things/note")
    async def look() -> None:
        async with engine.connect() as db:
            await db.execute(select(notes))

    async with running(app) as http:
        answer = await http.post("/things/note")
    await engine.dispose()

    assert (answer.status_code, answer.json()["code"]) == (503, "database_damaged")
    assert "backup" in answer.json()["detail"]
