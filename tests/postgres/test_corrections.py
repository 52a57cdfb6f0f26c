"""A message that is corrected in the moment in which its photo is filed, in a genuine PostgreSQL."""

from pathlib import Path

import psycopg
import pytest

from tests.gateway.conftest import open_house
from tests.postgres.cluster import Cluster
from tests.waiting import until

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]


async def test_who_files_and_who_corrects_do_not_wait_for_each_other(
    tmp_path: Path, cluster: Cluster, caplog: pytest.LogCaptureFixture
):
    """Both lock the report first, then the message; PostgreSQL aborts one of two that go opposite ways."""
    url = await cluster.make_database("corrections")
    async with (
        open_house(tmp_path) as house,
        house.gateway(database_url=url) as gateway,
        await psycopg.AsyncConnection.connect(url) as corrects,
        await psycopg.AsyncConnection.connect(url, autocommit=True) as looks,
    ):

        async def filing_waits() -> bool:
            query = (
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND query LIKE '%SET folder_url%'"
            )
            [waiting] = await (await looks.execute(query)).fetchone() or [0]
            return bool(waiting)

        await house.choose_chantier()
        away = house.nextcloud.faults.fail(503, times=None)
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.sees("1 photo reçue")
        await house.jean.press("Envoyer")
        await house.jean.sees("Rapport gardé")
        await corrects.execute("SELECT report_id FROM reports FOR UPDATE")
        away.times = 0
        await until(filing_waits)
        await corrects.execute("UPDATE messages SET text = 'côté sud'")
        await corrects.commit()

        await house.until_filed(gateway)

    assert "unforeseen" not in caplog.text
