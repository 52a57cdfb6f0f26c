"""What the gateway adds once, in a genuine PostgreSQL."""

import pytest
from pydantic import SecretStr

from chassis.database import open_database, service_url
from gateway.database import add_once, metadata
from tests.postgres.cluster import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]


async def test_it_says_whether_a_row_was_added(tmp_path, cluster: Cluster):
    url = service_url(
        SecretStr(await cluster.make_database("once")), tmp_path, "gateway"
    )
    engine = await open_database(url, metadata)
    steps = metadata.tables["steps"]
    step = {"report_id": "r", "name": "n", "place": 1, "state": "waiting"}

    async with engine.begin() as db:
        added = [await add_once(db, steps, step) for _ in range(2)]
    await engine.dispose()

    assert added == [True, False]
