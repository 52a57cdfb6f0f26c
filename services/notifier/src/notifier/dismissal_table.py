"""Notices that need no more looking at, and which do: docs/decisions/0014-ready-is-able-to-work.md"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.dismissals import Dismissal
from contracts.notices import NoticeStatus
from notifier.database import notice_dismissals, notices
from notifier.missing_table import is_incomplete


class DismissalTable:
    """Every method is harmless when repeated."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def dismiss(self, notice_id: str, reason: str) -> bool:
        """Let a notice rest that failed or is not whole; ``False`` where it is neither. The last reason counts."""
        ours = notice_dismissals.c.notice_id == notice_id
        troubled = select(notices.c.id).where(notices.c.id == notice_id, is_troubled())
        async with self._engine.begin() as connection:
            if (await connection.execute(troubled.with_for_update())).first() is None:
                return False
            known = select(notice_dismissals.c.reason).where(ours)
            if await connection.scalar(known) != reason:
                await connection.execute(delete(notice_dismissals).where(ours))
                row = {
                    "notice_id": notice_id,
                    "reason": reason,
                    "dismissed_at": datetime.now(UTC),
                }
                await connection.execute(insert(notice_dismissals).values(row))
        return True

    async def of(self, notice_ids: Sequence[str]) -> dict[str, Dismissal]:
        """Those of *notice_ids* that rest."""
        query = select(notice_dismissals).where(
            notice_dismissals.c.notice_id.in_(notice_ids)
        )
        async with self._engine.connect() as connection:
            return {
                row.notice_id: Dismissal(
                    reason=row.reason, dismissed_at=row.dismissed_at
                )
                for row in await connection.execute(query)
            }


async def take_back(connection: AsyncConnection, notice_id: str) -> None:
    """Let a notice count again: it is being tried anew."""
    await connection.execute(
        delete(notice_dismissals).where(notice_dismissals.c.notice_id == notice_id)
    )


def is_troubled() -> ColumnElement[bool]:
    """Whether a notice failed, or lacks a photo or file."""
    return or_(notices.c.status == NoticeStatus.FAILED, is_incomplete())


def needs_person() -> ColumnElement[bool]:
    """Whether a notice is troubled and nobody dismissed it."""
    return and_(is_troubled(), is_not_dismissed())


def is_not_dismissed() -> ColumnElement[bool]:
    return notices.c.id.not_in(select(notice_dismissals.c.notice_id))
