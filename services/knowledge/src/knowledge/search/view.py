"""What searches see at one moment: which versions are hidden, and which words there are."""

import asyncio
import time
from dataclasses import dataclass, field

from contracts.knowledge import SearchRequest
from knowledge.documents.catalogue import Catalogue
from knowledge.index.passages import label
from knowledge.index.shelf import Shelf
from knowledge.indexing.jobs import JobQueue
from knowledge.search.narrowing import Narrowed, Shelves
from knowledge.words.vocabulary import Vocabulary

RELOAD_SHARE = 10
"""While documents come in, the words are read anew at most a tenth of the time."""


@dataclass(slots=True)
class Seen:
    """One moment. ``hidden`` are labels of the versions that are coming or leaving; ``shelves`` are read when first asked for."""

    hidden: tuple[str, ...]
    vocabulary: Vocabulary
    shelves: Shelves | None = None
    readers: int = 0
    unread: asyncio.Event = field(default_factory=asyncio.Event)

    def __enter__(self) -> "Seen":
        self.readers += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.readers -= 1
        if not self.readers:
            self.unread.set()


class View:
    """
    Goes from one moment to the next at once, so that no search sees half a document.

    A version comes into the index hidden. Its publication hides its forerunner and shows it in one assignment; the
    forerunner's passages are removed when no search that may still see them is under way.
    """

    def __init__(self, catalogue: Catalogue, jobs: JobQueue) -> None:
        self._catalogue = catalogue
        self._jobs = jobs
        self._now = Seen((), Vocabulary(0, {}))
        self._turn = asyncio.Lock()
        """So that what was read of the catalogue earlier never takes the place of what was read later."""
        self._loaded_at = -float("inf")
        self._load_took_s = 0.0
        self._behind = False
        """The words may have changed since they were read."""

    def look(self) -> Seen:
        """This moment, to be held by ``with`` for the time of one search."""
        return self._now

    @property
    def vocabulary(self) -> Vocabulary:
        return self._now.vocabulary

    async def hide(self, version: str) -> None:
        """Keep the passages of *version* from searches until `refresh` finds it published."""
        async with self._turn:
            hidden = dict.fromkeys((*self._now.hidden, label("version", version)))
            await self._become(Seen(tuple(hidden), self._now.vocabulary))

    async def refresh(self, *, words: bool = False) -> None:
        """
        See what the catalogue says now; returns when no search sees anything older.

        Args:
            words: Read the words too, even where they were read a moment ago.
        """
        async with self._turn:
            unseen = await self._jobs.unseen()
            hidden = tuple(label("version", version) for version in unseen)
            vocabulary = self._now.vocabulary
            since_s = time.monotonic() - self._loaded_at
            self._behind = True
            if words or since_s > RELOAD_SHARE * self._load_took_s:
                vocabulary = await self._loaded()
                self._behind = False
            await self._become(Seen(hidden, vocabulary))

    async def catch_up(self) -> None:
        """Read the words, where a `refresh` left that for later."""
        if self._behind:
            await self.refresh(words=True)

    async def narrowed(self, request: SearchRequest) -> Narrowed:
        """What a passage must have to be found, as its document has it."""
        if not request.sources and not request.tags:
            return Narrowed()
        seen = self._now
        if seen.shelves is None:
            seen.shelves = Shelves(await self._catalogue.shelves())
        return seen.shelves.narrowed(request)

    async def lacking(self, shelf: Shelf, *, surely: bool = False) -> int:
        """
        How many of the published passages are not in the index in use: it is being made again, or was damaged.

        Args:
            shelf: Has the index.
            surely: Count also where it was found whole; that takes long.
        """
        if not shelf.counted or (shelf.is_whole and not surely):
            return 0
        # What comes while the index is counted is not lacking, nor what left since the words were read.
        published = self._now.vocabulary.passages
        held = await shelf.serving.count()
        if held >= published:
            return 0
        live = sum(one.passages for one in await self._catalogue.live())
        return max(0, min(published, live) - held)

    async def _loaded(self) -> Vocabulary:
        # Of our own processor: on a machine that others keep busy a little document's words would wait.
        started = time.process_time()
        counts = await self._catalogue.word_counts()
        vocabulary = await asyncio.to_thread(Vocabulary, *counts)
        self._loaded_at = time.monotonic()
        self._load_took_s = time.process_time() - started
        return vocabulary

    async def _become(self, seen: Seen) -> None:
        before, self._now = self._now, seen
        while before.readers:
            before.unread.clear()
            await before.unread.wait()
