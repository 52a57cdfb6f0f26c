"""What waits to be brought, chat by chat."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.notices import NoticeStatus
from notifier.database import notice_media, notices

_IS_QUEUED = notices.c.status == NoticeStatus.QUEUED
_READS_IT = and_(
    notices.c.delivered_at.is_not(None),
    notices.c.delivered_revision == notices.c.revision,
)
_HAS_MEDIA = exists().where(
    notice_media.c.notice_id == notices.c.id, notice_media.c.sent_at.is_(None)
)


class QueueTable:
    """Reads the notices as a queue; a row in it is one that the group does not see as it shall."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def chat_ids(self) -> Sequence[int]:
        """The chats for which something waits."""
        query = select(notices.c.chat_id).where(_IS_QUEUED).distinct()
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalars().all()

    async def first(
        self,
        chat_id: int,
        *,
        but: Collection[str],
        media_but: Collection[str] = (),
        texts: bool,
        media: bool,
        alone: bool,
    ) -> Row[Any] | None:
        """
        The notice to bring next: of those the group has not read the oldest, else what was tried least.

        Args:
            chat_id: Where to.
            but: The ids of those that are not to be brought now.
            media_but: And of those whose photos and files are not; their texts are.
            texts: Whether texts are brought now.
            media: Whether photos and files are.
            alone: Whether only what has none of these is.

        Returns:
            A row of the table, and in it ``has_media``: whether the group lacks any.
        """
        if not (texts or media):
            return None
        query = select(notices, _HAS_MEDIA.label("has_media")).where(
            _IS_QUEUED,
            notices.c.chat_id == chat_id,
            notices.c.id.not_in(but),
            or_(~_READS_IT, notices.c.id.not_in(media_but)),
        )
        if not texts:
            query = query.where(_READS_IT)
        if not media:
            query = query.where(~_READS_IT)
        if alone:
            query = query.where(~_HAS_MEDIA)
        is_said = notices.c.delivered_at.is_not(None)
        oldest = (notices.c.created_at, notices.c.id)
        queries = (
            query.where(~is_said).order_by(*oldest),
            query.where(is_said).order_by(notices.c.attempts, *oldest),
        )
        async with self._engine.connect() as connection:
            for one in queries[not texts :]:
                row = (await connection.execute(one.limit(1))).one_or_none()
                if row is not None:
                    return row
        return None
