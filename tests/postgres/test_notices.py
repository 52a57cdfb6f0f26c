"""Notices in a genuine PostgreSQL: asked for again, they change."""

import pytest

from chassis.database import open_database, service_url
from notifier.database import Wanted, metadata
from notifier.notice_table import NoticeTable
from tests.postgres.cluster import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]


async def test_a_notice_asked_for_again_with_another_text_has_it(
    tmp_path, cluster: Cluster
):
    url = service_url(await cluster.make_database("again"), tmp_path, "notifier")
    engine = await open_database(url, metadata)
    table = NoticeTable(engine)
    place = {"chat_id": 1, "format": "plain", "silent": False, "topic_id": None}

    rows = [
        await table.want(Wanted("r1", text=text, body_sha256="", **place))
        for text in ("one", "two")
    ]
    await engine.dispose()

    assert [(row.text, row.revision) for row in rows] == [("one", 1), ("two", 2)]
