"""How far the indexing of a document is, told as it goes on."""

import time
from collections.abc import Sequence

from knowledge.documents.contents import Content
from knowledge.index.passages import Passage
from knowledge.indexing.jobs import JobQueue
from knowledge.indexing.rows import row_text

PAUSE_S = 0.5
"""Each word of it is a commit: a page is read in milliseconds."""
PAGE_CHARS = 3_000
"""A full page of text; what has no pages of its own is counted in these."""


class Extent:
    """How many pages a document has for its job, and how many of them are reached."""

    def __init__(self, content: Content) -> None:
        self._has_own = content.pages > 1 or any(b.page for b in content.blocks)
        self._chars = 0
        chars = sum(len(row_text(b) or b.text) for b in content.blocks)
        self.pages = content.pages if self._has_own else 1 + chars // PAGE_CHARS

    def reached(self, batch: Sequence[Passage]) -> int:
        """The page that the last of the passages, in their order, ends on."""
        if self._has_own:
            return batch[-1].page or self.pages
        self._chars += sum(len(passage.text) for passage in batch)
        return min(self.pages, self._chars // PAGE_CHARS)


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
