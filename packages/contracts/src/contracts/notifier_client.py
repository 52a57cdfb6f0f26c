"""Calls of the notifier service."""

from urllib.parse import quote

from contracts.client import ServiceClient
from contracts.notices import Notice, NoticeRequest, NoticeStatus
from contracts.paging import Page


class NotifierClient(ServiceClient):
    async def put_notice(
        self, notice_id: str, notice: NoticeRequest, *, wait_s: int = 0
    ) -> Notice:
        """
        Say what the notice *notice_id* shall read: posted once, later edited.

        Args:
            notice_id: Made from the content; the same id is the same message.
            notice: Where and what.
            wait_s: For how long the answer may wait for the delivery, in seconds.
        """
        response = await self._call(
            "PUT",
            f"/notifier/notices/{quote(notice_id, safe='')}",
            json=notice.model_dump(mode="json", exclude_none=True),
            params={"wait": wait_s or None},
            timeout_s=wait_s + 30,
        )
        return Notice.model_validate_json(response.content)

    async def notice(self, notice_id: str) -> Notice:
        response = await self._call(
            "GET", f"/notifier/notices/{quote(notice_id, safe='')}"
        )
        return Notice.model_validate_json(response.content)

    async def notices(
        self,
        *,
        status: NoticeStatus | None = None,
        limit: int = 50,
        cursor: str | None = None,
        attention: bool = False,
    ) -> Page[Notice]:
        """List notices, newest first; with *attention* only those that need a person."""
        params = {
            "status": status,
            "limit": limit,
            "cursor": cursor,
            "attention": attention or None,
        }
        response = await self._call("GET", "/notifier/notices", params=params)
        return Page[Notice].model_validate_json(response.content)

    async def retry(self, notice_id: str) -> Notice:
        """Have a notice that failed or waits tried again now; harmless for a delivered one."""
        response = await self._call(
            "POST", f"/notifier/notices/{quote(notice_id, safe='')}/retry"
        )
        return Notice.model_validate_json(response.content)

    async def dismiss(self, notice_id: str, reason: str) -> Notice:
        """Let a notice rest that failed or lacks something; harmless twice."""
        response = await self._call(
            "POST",
            f"/notifier/notices/{quote(notice_id, safe='')}/dismiss",
            json={"reason": reason},
        )
        return Notice.model_validate_json(response.content)
