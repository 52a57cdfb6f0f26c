"""Story: the same report with all state in Postgres. Needs ``POSTGRES_TEST_URL=postgresql://…`` of an empty database."""

import os
from pathlib import Path

import pytest

from tests.together.house import open_house
from tests.together.story import jpegs, technician

pytestmark = pytest.mark.live


async def test_a_report_is_filed_with_its_state_in_postgres(tmp_path: Path):
    database_url = os.environ["POSTGRES_TEST_URL"]
    async with open_house(tmp_path, {"DATABASE_URL": database_url}) as house:
        jean = technician(house, "Datenbank", "Elefant")

        await jean.report(jpegs(8, seed=31))
        await house.stack["gateway"].kill()
        await house.stack["gateway"].start()
        await house.stack.ready()
        await jean.report(jpegs(2, seed=32))

        assert len(jean.files()) == 10
        assert jean.notices() == [jean.notice(8), jean.notice(2)]
        assert len(jean.cards()) == 2
    assert list(tmp_path.rglob("gateway*.sqlite")) == []
