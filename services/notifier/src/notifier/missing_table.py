"""Which photos and files of delivered notices their groups do not see, and why."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.notices import MissingMedia, NoticeStatus
from notifier.database import missing_media, notices
from notifier.uploads import Missing


class MissingTable:
    """Every method is harmless when repeated."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def note(self, notice_id: str, missing: Sequence[Missing]) -> None:
        """Put *missing* in place of what was noted before."""
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(missing_media).where(missing_media.c.notice_id == notice_id)
            )
            for one in missing:
                row = {
                    "notice_id": notice_id,
                    "place": one.place,
                    "name": one.name,
                    "code": one.error.code,
                    "detail": one.error.detail,
                }
                await connection.execute(insert(missing_media).values(row))

    async def of(
        self, notice_ids: Sequence[str]
    ) -> dict[str, tuple[MissingMedia, ...]]:
        """What is missing of each of *notice_ids*, in the order in which it was asked for."""
        query = (
            select(missing_media)
            .where(missing_media.c.notice_id.in_(notice_ids))
            .order_by(missing_media.c.place)
        )
        found: dict[str, tuple[MissingMedia, ...]] = dict.fromkeys(notice_ids, ())
        async with self._engine.connect() as connection:
            for row in await connection.execute(query):
                one = MissingMedia(name=row.name, code=row.code, detail=row.detail)
                found[row.notice_id] += (one,)
        return found


def is_incomplete() -> ColumnElement[bool]:
    """Whether a notice was delivered and something of it is missing."""
    return and_(
        notices.c.status == NoticeStatus.DELIVERED,
        exists().where(missing_media.c.notice_id == notices.c.id),
    )
