"""How far the indexing of a document is, told as it goes on."""

import time

from knowledge.indexing.jobs import JobQueue

PAUSE_S = 0.5
"""Each word of it is a commit: a page is read in milliseconds."""


class Progress:
    """
    Tells the catalogue of one job, at most every ``PAUSE_S``.

    A page that was read counts half, and whole once it is cut, embedded and in the index: it never goes back.
    """

    def __init__(self, jobs: JobQueue, job_id: str) -> None:
        self._jobs = jobs
        self._job_id = job_id
        self._told_at = -float("inf")

    async def read(self, page: int, pages: int) -> None:
        await self._tell(page // 2, pages)

    async def indexed(self, page: int, pages: int) -> None:
        await self._tell((pages + page) // 2, pages)

    async def _tell(self, done: int, pages: int) -> None:
        now = time.monotonic()
        if now - self._told_at >= PAUSE_S:
            self._told_at = now
            await self._jobs.progress(self._job_id, done, pages)
