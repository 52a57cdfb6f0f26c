"""How far the indexing of a document is, or the filling of an index, told as it goes on."""

import time
from collections.abc import Callable, Container, Sequence

from knowledge.documents.catalogue import Live
from knowledge.documents.contents import Content
from knowledge.index.passages import Passage
from knowledge.indexing.jobs import JobQueue
from knowledge.indexing.rows import row_text
from knowledge.indexing.writing import Told

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


class Embedded:
    """
    Says how many of all passages are embedded anew, as the index in use counts them.

    Args:
        say: Told of it.
        live: All that is embedded anew.
        filled: The versions that are done.
    """

    def __init__(
        self, say: Callable[[str], None], live: Sequence[Live], filled: Container[str]
    ) -> None:
        self._say = say
        self._all = sum(one.passages for one in live)
        self._done = sum(one.passages for one in live if one.version in filled)

    def begin(self, live: Live) -> Told:
        """Say which document comes now; what is returned is told of its batches."""
        before, self._done = self._done, self._done + live.passages
        at = 0

        async def told(batch: Sequence[Passage]) -> None:
            nonlocal at
            at = min(live.passages, at + len(batch))
            self._tell(before + at, live)

        self._tell(before, live)
        return told

    def _tell(self, done: int, live: Live) -> None:
        self._say(
            f"embedding {live.upload.document_id} anew, {done} of {self._all} passages are done"
        )
