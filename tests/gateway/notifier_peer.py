"""A notifier to post notices to: it keeps each text that it was given, delivers or refuses it, and can be away."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime

from fastapi import FastAPI, Request

from chassis.problems import add_problem_handlers
from contracts.dismissals import DismissRequest
from contracts.errors import Conflict, NotFound, ServiceError
from contracts.notices import Notice, NoticeRequest, NoticeStatus
from notifier import wording


def read(notice: NoticeRequest) -> str:
    """What the notifier makes of it."""
    assert notice.data is not None
    return wording.notice(notice.data)


class NotifierPeer:
    """
    ``notices`` holds all that each id was asked to read, in order, ``dismissed`` why one of them may rest; ``failing`` is
    raised while it is set.

    ``outcome`` is what becomes of all of them, ``reason`` why. The next one is looked at after ``slow_s``.
    """

    def __init__(self) -> None:
        self.notices: dict[str, list[NoticeRequest]] = defaultdict(list)
        self.dismissed: dict[str, str] = {}
        self.failing: ServiceError | None = None
        self.slow_s = 0.0
        self.outcome = NoticeStatus.DELIVERED
        self.reason: str | None = None
        self.app = FastAPI()
        add_problem_handlers(self.app)
        self.app.get("/healthz")(self._alive)
        self.app.get("/notifier/notices/{notice_id}")(self._get)
        self.app.put("/notifier/notices/{notice_id}", status_code=202)(self._put)
        self.app.post("/notifier/notices/{notice_id}/dismiss")(self._dismiss)

    @property
    def texts(self) -> list[str]:
        """What groups read now, one text a notice."""
        return [read(said[-1]) for said in self.notices.values()]

    async def _alive(self) -> dict[str, str]:
        return {"status": "alive"}

    async def _put(
        self, notice_id: str, notice: NoticeRequest, _request: Request
    ) -> Notice:
        if self.failing is not None:
            raise self.failing
        slow_s, self.slow_s = self.slow_s, 0.0
        await asyncio.sleep(slow_s)
        self.notices[notice_id].append(notice)
        return await self._get(notice_id)

    async def _dismiss(self, notice_id: str, given: DismissRequest) -> Notice:
        if self.failing is not None:
            raise self.failing
        found = await self._get(notice_id)
        if found.status is not NoticeStatus.FAILED:
            raise Conflict(f"Notice {notice_id} is {found.status}.")
        self.dismissed[notice_id] = given.reason
        return found

    async def _get(self, notice_id: str) -> Notice:
        said = self.notices.get(notice_id)
        if said is None:
            raise NotFound(f"There is no notice {notice_id}.")
        return Notice(
            id=notice_id,
            status=self.outcome,
            chat_id=-5000000001,
            text=read(said[-1]),
            revision=len(said),
            last_error=self.reason,
            created_at=datetime.now(UTC),
        )
