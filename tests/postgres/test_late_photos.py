"""A photo that is being kept while its report is closed, in a genuine PostgreSQL."""

from pathlib import Path

import psycopg
import pytest

from tests.gateway.conftest import open_house
from tests.postgres.cluster import Cluster
from tests.waiting import until

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]

HELD = 42
HOLD_COMMITS = f"""
CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock({HELD}); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER held AFTER INSERT ON messages DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION held();
"""


async def test_a_photo_kept_while_its_report_closes_is_filed(
    tmp_path: Path, cluster: Cluster
):
    """Each of the two did not see what the other one had not committed yet."""
    url = await cluster.make_database("late_photos")
    async with (
        open_house(tmp_path) as house,
        house.gateway(database_url=url, quiet_s=1.0) as gateway,
    ):
        await house.choose_chantier()
        await house.jean.send_album(house.photos(2))
        await house.jean.sees("2 photos reçues")
        async with await psycopg.AsyncConnection.connect(url) as other:
            await other.execute(HOLD_COMMITS.encode())
            await other.commit()
            await other.execute(f"SELECT pg_advisory_xact_lock({HELD})".encode())
            await house.jean.send_photo(house.jpeg(3))
            await until(lambda: closes(url), what="the end of the quiet time")
            await other.rollback()

        await house.jean.sees("📸 3 photos →")
        await house.until_filed(gateway)

        assert sorted(house.files().values()) == sorted(house.photos(3))


async def closes(url: str) -> bool:
    """Whether the report is closed, or who closes it waits for who keeps the photo."""
    query = """SELECT (SELECT count(*) FROM pg_locks WHERE NOT granted) > 1
        OR EXISTS (SELECT FROM reports WHERE status <> 'open')"""
    async with await psycopg.AsyncConnection.connect(url) as looking:
        [held] = await (await looking.execute(query)).fetchone() or [False]
    return bool(held)
