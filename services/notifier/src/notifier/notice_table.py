"""Reading and writing notices, each method one transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.database import inserted
from contracts.notices import NoticeStatus
from notifier.database import Backlog, Wanted, notices
from notifier.dismissal_table import (
    is_not_dismissed,
    is_troubled,
    needs_person,
    take_back,
)
from notifier.media_table import message_ids, want_media
from notifier.missing_table import is_incomplete


class NoticeTable:
    """Every method is harmless when repeated."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def want(self, wanted: Wanted, *, may_change: bool = True) -> Row[Any]:
        """
        Note what notice ``wanted.id`` shall show: a new revision when that changes, another try when it had failed.

        Where it stands is decided once, unless it failed there and nobody has read it: the group's id may have been wrong,
        or have changed. The row that comes back is as it is now, also where *wanted* was not taken: with another place,
        or a second time without *may_change*.
        """
        async with self._engine.begin() as connection:
            is_new = await self._insert(connection, wanted)
            row: Row[Any] = (
                await connection.execute(_by_id(wanted.id).with_for_update())
            ).one()
            stands_here = (row.chat_id, row.topic_id) == (
                wanted.chat_id,
                wanted.topic_id,
            )
            if is_new or (may_change and (stands_here or _may_move(row))):
                revision = row.revision + int(not is_new)
                adds = await want_media(connection, wanted.id, wanted.media, revision)
                if not is_new:
                    await connection.execute(
                        _changed(
                            row,
                            wanted,
                            adds=adds,
                            is_whole=await self._is_whole(connection, wanted.id),
                        )
                    )
            now: Row[Any] = (await connection.execute(_by_id(wanted.id))).one()
            if now.status == NoticeStatus.QUEUED:
                await take_back(connection, wanted.id)
        return now

    async def _insert(self, connection: AsyncConnection, wanted: Wanted) -> bool:
        """Make the notice, unless it is there already; whether it was made."""
        columns = asdict(wanted)
        del columns["media"]
        made = await connection.execute(
            inserted(connection, notices)
            .values(
                **columns,
                revision=1,
                delivered_revision=0,
                status=NoticeStatus.QUEUED,
                message_ids=[],
                attempts=0,
                created_at=datetime.now(UTC),
            )
            .on_conflict_do_nothing()
            .returning(notices.c.id)  # rowcount is -1 with psycopg
        )
        return made.first() is not None

    async def _is_whole(self, connection: AsyncConnection, notice_id: str) -> bool:
        query = _by_id(notice_id).where(is_incomplete())
        return (await connection.execute(query)).first() is None

    async def find(self, notice_id: str) -> Row[Any] | None:
        async with self._engine.connect() as connection:
            found = await connection.execute(_by_id(notice_id))
        row: Row[Any] | None = found.one_or_none()
        return row

    async def newest(
        self,
        *,
        status: NoticeStatus | None,
        before: tuple[datetime, str] | None,
        limit: int,
        incomplete: bool,
        attention: bool,
    ) -> Sequence[Row[Any]]:
        """The newest notices, before the one made at a time with an id: all, the *incomplete*, or what needs *attention*."""
        query = select(notices).order_by(
            notices.c.created_at.desc(), notices.c.id.desc()
        )
        if status is not None:
            query = query.where(notices.c.status == status)
        if incomplete:
            query = query.where(is_incomplete())
        if attention:
            query = query.where(needs_person())
        if before is not None:
            query = query.where(_is_before(*before))
        async with self._engine.connect() as connection:
            return (await connection.execute(query.limit(limit))).all()

    async def begin_sending(self, notice_id: str, revision: int) -> int:
        """Note that *revision* is about to be sent; the first that ever was is kept, and returned."""
        await self._set(
            and_(notices.c.id == notice_id, notices.c.first_revision.is_(None)),
            first_revision=revision,
        )
        row = await self.find(notice_id)
        assert row is not None
        return int(row.first_revision)

    async def sent(
        self, notice_id: str, text_id: int | None, revision: int | None = None
    ) -> None:
        """Note the message that bears the text; it reads *revision*, or what it read elsewhere before."""
        values: dict[str, Any] = {}
        if revision is not None:
            values = {
                "delivered_at": datetime.now(UTC),
                "delivered_revision": revision,
            }
        async with self._engine.begin() as connection:
            values["message_ids"] = await message_ids(connection, notice_id, text_id)
            await connection.execute(_update(notice_id, **values))

    async def edited(self, notice_id: str, revision: int) -> None:
        """Note that the text now reads *revision*."""
        await self._set(
            notices.c.id == notice_id,
            edited_at=datetime.now(UTC),
            delivered_revision=revision,
        )

    async def delivered(self, notice_id: str, revision: int) -> None:
        """Note that the group sees all of *revision*, unless something else was asked for in the meantime."""
        await self._set(
            and_(notices.c.id == notice_id, notices.c.revision == revision),
            status=NoticeStatus.DELIVERED,
            last_error=None,
        )

    async def failed_once(self, notice_id: str, reason: str) -> None:
        """Count a try that failed and will be repeated."""
        await self._set(
            notices.c.id == notice_id,
            attempts=notices.c.attempts + 1,
            last_error=reason,
        )

    async def failed(self, notice_id: str, revision: int) -> None:
        """Note that no other try of *revision* would succeed; a newer one may."""
        await self._set(
            and_(notices.c.id == notice_id, notices.c.revision == revision),
            status=NoticeStatus.FAILED,
        )

    async def queue_again(self, notice_id: str) -> None:
        """Give a notice that failed, or that is not whole, another chance; nothing else changes."""
        again = _update(
            notice_id, status=NoticeStatus.QUEUED, last_error=None, attempts=0
        )
        async with self._engine.begin() as connection:
            if (await connection.execute(again.where(is_troubled()))).rowcount:
                await take_back(connection, notice_id)

    async def backlog(self) -> Backlog:
        count = select(func.count(notices.c.id), func.min(notices.c.created_at))
        queued = count.where(notices.c.status == NoticeStatus.QUEUED)
        failed = count.where(
            notices.c.status == NoticeStatus.FAILED, is_not_dismissed()
        )
        incomplete = count.where(is_incomplete(), is_not_dismissed())
        async with self._engine.connect() as connection:
            waiting, oldest_at = (await connection.execute(queued)).one()
            return Backlog(
                queued=waiting,
                failed=await connection.scalar(failed) or 0,
                incomplete=await connection.scalar(incomplete) or 0,
                oldest_s=(datetime.now(UTC) - oldest_at).total_seconds()
                if oldest_at
                else 0.0,
            )

    async def _set(self, where: ColumnElement[bool], **values: Any) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(update(notices).where(where).values(**values))


def _by_id(notice_id: str) -> Select[Any]:
    return select(notices).where(notices.c.id == notice_id)


def _is_before(created_at: datetime, notice_id: str) -> ColumnElement[bool]:
    return or_(
        notices.c.created_at < created_at,
        and_(notices.c.created_at == created_at, notices.c.id < notice_id),
    )


def _may_move(row: Row[Any]) -> bool:
    """Whether Telegram has refused all that there is of a notice."""
    is_seen = row.delivered_at is not None or bool(row.message_ids)
    return row.status == NoticeStatus.FAILED and not is_seen


def _changed(row: Row[Any], wanted: Wanted, *, adds: bool, is_whole: bool) -> Any:
    """Take *wanted* over: a new revision where it differs from *row* or *adds* media, else another try if that failed."""
    differs = adds or (row.text, row.format) != (wanted.text, wanted.format)
    if not differs and is_whole and row.status != NoticeStatus.FAILED:
        return _update(row.id, body_sha256=wanted.body_sha256)
    return _update(
        row.id,
        chat_id=wanted.chat_id,
        topic_id=wanted.topic_id,
        text=wanted.text,
        format=wanted.format,
        body_sha256=wanted.body_sha256,
        revision=notices.c.revision + int(differs),
        status=NoticeStatus.QUEUED,
        last_error=None,
        attempts=0,
    )


def _update(notice_id: str, **values: Any) -> Any:
    return update(notices).where(notices.c.id == notice_id).values(**values)
