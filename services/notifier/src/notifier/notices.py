"""Notices as callers know them: asked for, looked at, tried again."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from chassis import cursors
from contracts.errors import Conflict, NotFound, Rejected
from contracts.notices import Notice, NoticeRequest, NoticeStatus
from contracts.paging import Page
from notifier.couriers import Couriers
from notifier.database import notice
from notifier.dismissal_table import DismissalTable
from notifier.missing_table import MissingTable
from notifier.notice_table import NoticeTable
from notifier.sent_files import SentFiles
from notifier.spool import SentFile
from notifier.wanted import wanted


class Notices:
    """
    What callers may ask.

    Args:
        table: Where notices are kept.
        sent: The files that came with them.
        missing: Where it is kept what of them is not shown.
        dismissals: Which of them nobody has to look at any more.
        couriers: Who bring them.
        groups: The groups that may be written to: name to chat id.
    """

    def __init__(
        self,
        table: NoticeTable,
        sent: SentFiles,
        missing: MissingTable,
        dismissals: DismissalTable,
        *,
        couriers: Couriers,
        groups: Mapping[str, int],
    ) -> None:
        self._table = table
        self._sent = sent
        self._missing = missing
        self._dismissals = dismissals
        self._couriers = couriers
        self._groups = groups

    async def put(
        self,
        notice_id: str,
        request: NoticeRequest,
        files: tuple[SentFile, ...] = (),
        *,
        wait_s: float = 0,
    ) -> Notice:
        """
        Make notice *notice_id* show what *request* says: sent once, edited when the text is another than before.

        Args:
            notice_id: Made from the content.
            request: What and where.
            files: Sent with it.
            wait_s: For how long to wait until it is delivered or has failed.

        Raises:
            Rejected: The group is not configured, or Telegram would not take the text or a ``file_id``.
            Conflict: The notice stands in another group or topic already.
        """
        asked = await wanted(notice_id, request, files, self._groups)
        async with self._sent.taken(notice_id, files):
            row = await self._table.want(asked)
        if (row.chat_id, row.topic_id) != (asked.chat_id, asked.topic_id):
            raise Conflict(
                "This notice stands in another place; a notice does not move. Use another id.",
                code="notice_elsewhere",
            )
        self._couriers.wake(row.chat_id)
        return await self._settled(notice_id, wait_s)

    async def post(
        self,
        request: NoticeRequest,
        files: tuple[SentFile, ...],
        key: str | None,
        *,
        wait_s: float = 0,
    ) -> Notice:
        """
        Post a new notice; the same *key* with the same request is the same notice.

        Raises:
            Rejected: As for `put`; or *key* was used with another request.
        """
        notice_id = uuid.uuid4().hex
        if key:
            notice_id = f"key-{hashlib.sha256(key.encode()).hexdigest()[:40]}"
        asked = await wanted(notice_id, request, files, self._groups)
        async with self._sent.taken(notice_id, files):
            row = await self._table.want(asked, may_change=False)
        if row.body_sha256 != asked.body_sha256:
            raise Rejected(
                "This Idempotency-Key was used with another body. Use a new key for a new notice.",
                code="idempotency_key_reused",
            )
        self._couriers.wake(row.chat_id)
        return await self._settled(notice_id, wait_s)

    async def get(self, notice_id: str) -> Notice:
        """
        Look one notice up.

        Raises:
            NotFound: There is none with this id.
        """
        row = await self._table.find(notice_id)
        if row is None:
            raise NotFound(f"There is no notice {notice_id!r}.", code="no_such_notice")
        return (await self._said([row]))[0]

    async def page(
        self,
        *,
        status: NoticeStatus | None,
        cursor: str | None,
        limit: int,
        incomplete: bool,
        attention: bool,
    ) -> Page[Notice]:
        """
        List notices, newest first.

        Raises:
            Rejected: *cursor* is not one of ours.
        """
        before = cursors.place(cursor) if cursor else None
        rows = await self._table.newest(
            status=status,
            before=before,
            limit=limit + 1,
            incomplete=incomplete,
            attention=attention,
        )
        shown = await self._said(rows[:limit])
        places = [(row.created_at, row.id) for row in rows]
        return Page(items=tuple(shown), next=cursors.following(places, limit))

    async def retry(self, notice_id: str, *, wait_s: float = 0) -> Notice:
        """
        Try a notice again now: one that failed, that waits, or that lacks a photo or file.

        What waits for the same group is tried with it, in its order.

        Raises:
            NotFound: There is none with this id.
        """
        found = await self.get(notice_id)
        await self._table.queue_again(notice_id)
        self._couriers.hurry(found.chat_id)
        return await self._settled(notice_id, wait_s)

    async def dismiss(self, notice_id: str, reason: str) -> Notice:
        """
        Let a notice rest that failed, or lacks a photo or file; harmless twice.

        Raises:
            NotFound: There is none with this id.
            Conflict: It is neither.
        """
        found = await self.get(notice_id)
        if not await self._dismissals.dismiss(notice_id, reason):
            raise Conflict(
                f"Notice {notice_id} is {found.status}; only one that failed, or lacks something, is dismissed."
            )
        return await self.get(notice_id)

    async def _said(self, rows: Sequence[Row[Any]]) -> list[Notice]:
        ids = [row.id for row in rows]
        missing = await self._missing.of(ids)
        dismissed = await self._dismissals.of(ids)
        return [notice(row, missing[row.id], dismissed.get(row.id)) for row in rows]

    async def _settled(self, notice_id: str, wait_s: float) -> Notice:
        await self._couriers.settled(notice_id, wait_s)
        return await self.get(notice_id)
