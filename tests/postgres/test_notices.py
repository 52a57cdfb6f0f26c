"""Notices in a genuine PostgreSQL: asked for again, they change."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from chassis.database import open_database, service_url
from notifier.database import Wanted, metadata
from notifier.notice_table import NoticeTable
from tests.postgres.cluster import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]


async def test_a_notice_asked_for_again_with_another_text_has_it(
    tmp_path, cluster: Cluster
):
    url = service_url(
        SecretStr(await cluster.make_database("again")), tmp_path, "notifier"
    )
    engine = await open_database(url, metadata)
    table = NoticeTable(engine)
    first = Wanted("r1", 1, "one", "plain", silent=False, topic_id=None, body_sha256="")

    rows = [await table.want(one) for one in (first, replace(first, text="two"))]
    await engine.dispose()

    assert [(row.text, row.revision) for row in rows] == [("one", 1), ("two", 2)]
