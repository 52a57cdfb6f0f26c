"""What is brought next."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row

from chassis.database import open_database, service_url
from notifier.database import Wanted, WantedMedia, metadata
from notifier.notice_table import NoticeTable
from notifier.queue_table import QueueTable

CHAT = -5000000001
PHOTO = WantedMedia(
    source="path:a.jpg", path="a.jpg", file_id=None, kind="photo", name=""
)


@dataclass
class Tables:
    notices: NoticeTable
    queue: QueueTable

    async def want(self, notice_id: str, text: str, *media: WantedMedia) -> None:
        wanted = Wanted(notice_id, CHAT, text, "plain", False, None, "", media)
        await self.notices.want(wanted)

    async def first(self, **more: Any) -> Row[Any] | None:
        return await self.queue.first(
            CHAT, **{"but": (), "texts": True, "media": True, "alone": False, **more}
        )


@pytest.fixture
async def tables(tmp_path: Path) -> AsyncIterator[Tables]:
    engine = await open_database(service_url(None, tmp_path, "notifier"), metadata)
    yield Tables(NoticeTable(engine), QueueTable(engine))
    await engine.dispose()


async def test_the_oldest_that_nobody_has_read_is_first(tables: Tables):
    for notice_id in ("b", "a"):
        await tables.want(notice_id, "📸")

    row = await tables.first()

    assert row is not None
    assert row.id == "b"


async def test_a_text_waits_for_no_photo_that_cannot_be_had(tables: Tables):
    """Its notice was passed over, photos, corrected text and all, until the photos had their next try."""
    await tables.want("a", "📸", PHOTO)
    await tables.notices.sent("a", 1, 1)

    without_its_photo = await tables.first(media_but=["a"])
    await tables.want("a", "📸 corrected", PHOTO)
    corrected = await tables.first(media_but=["a"])

    assert without_its_photo is None
    assert corrected is not None
    assert (corrected.text, corrected.has_media) == ("📸 corrected", True)
