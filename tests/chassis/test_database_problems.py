"""What a caller is told of a database that fails: what to do, and that it is worth another try."""

import pytest
from sqlalchemy import Column, MetaData, String, Table, insert

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
            await db.execute(insert(notes).values(note="look-alike-secret" * 10_000))

    async with running(app) as http:
        answer = await http.post("/things/note")
    await engine.dispose()

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert ("again" in problem["detail"]) == (status != 500)
    assert "look-alike-secret" not in answer.text
