"""What is kept of a notice."""

from dataclasses import replace

import pytest

from chassis.database import open_database, service_url
from notifier.database import Wanted, metadata
from notifier.notice_table import NoticeTable

ASKED = Wanted(
    id="r1",
    chat_id=-5000000001,
    text="📸",
    format="plain",
    silent=False,
    topic_id=None,
    body_sha256="",
)


@pytest.fixture
async def failed(tmp_path):
    """The table, with one notice that has failed."""
    engine = await open_database(service_url(None, tmp_path, "notifier"), metadata)
    table = NoticeTable(engine)
    await table.want(ASKED)
    await table.failed_once("r1", "Telegram answers RPC_CALL_FAIL")
    await table.failed("r1", 1)
    yield table
    await engine.dispose()


async def test_a_retry_has_all_its_tries_again(failed: NoticeTable):
    await failed.queue_again("r1")

    row = await failed.find("r1")
    assert row is not None
    assert (row.status, row.attempts) == ("queued", 0)


@pytest.mark.parametrize("text", ["📸", "📸 6 photos"])
async def test_what_is_put_again_has_all_its_tries_again(
    failed: NoticeTable, text: str
):
    row = await failed.want(replace(ASKED, text=text))

    assert (row.status, row.attempts) == ("queued", 0)


async def test_what_waits_and_is_put_again_counts_on(failed: NoticeTable):
    await failed.queue_again("r1")
    await failed.failed_once("r1", "Telegram answers RPC_CALL_FAIL")

    row = await failed.want(ASKED)

    assert row.attempts == 1
