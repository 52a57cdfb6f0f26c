"""An index is made again from what was read: one that lacks passages, or the next one, for another model or by other rules."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext

from chassis.patience import Patience
from knowledge.documents.catalogue import Catalogue, Live
from knowledge.documents.contents import Contents
from knowledge.index.passages import Passage, PassageIndex, versions_in
from knowledge.index.shelf import Shelf
from knowledge.indexing.jobs import JobQueue
from knowledge.indexing.progress import Embedded
from knowledge.indexing.proving import read_back
from knowledge.indexing.relapses import Relapses
from knowledge.indexing.writing import Told, split, write
from knowledge.models.embedding import Embedder
from knowledge.search.view import View
from knowledge.words.vocabulary import counted

logger = logging.getLogger(__name__)

AtWorkOn = Callable[[str], AbstractContextManager[None]]
Say = Callable[[str], None]


class Refiller:
    """Writes passages anew, while brief uploads come in beside."""

    def __init__(
        self,
        *,
        jobs: JobQueue,
        catalogue: Catalogue,
        contents: Contents,
        shelf: Shelf,
        view: View,
    ) -> None:
        self._jobs = jobs
        self._catalogue = catalogue
        self._contents = contents
        self._shelf = shelf
        self._view = view
        self.relapses = Relapses()
        self._mended = False
        self._filled: dict[str, int] | None = None
        """How many passages of each version the next index was given or found to hold; None until it was looked through."""

    async def heal(self, wake: Callable[[], None]) -> None:
        """An index that was deleted under the service, or is damaged, is filled again; until cancelled."""
        while True:
            await self._shelf.lost.wait()
            self._shelf.is_whole = False
            self._forget()
            await self.relapses.rest()
            self._shelf.lost.clear()
            logger.warning("the index was lost, it is filled again")
            await Patience(longest_s=30).until_sure(self._shelf.renew)
            self._forget()  # what was mended meanwhile is gone
            wake()

    def _forget(self) -> None:
        self._mended, self._filled = False, None

    async def mend(self, turn: asyncio.Lock, at_work_on: AtWorkOn, say: Say) -> None:
        """Write what a restored or damaged index lacks; once, and once more when it was lost."""
        if self._mended or self.relapses.says:
            return
        self._mended = True
        try:
            async with turn:
                lacks = await self._view.lacking(self._shelf) > 0
                await self._shelf.serving.renew(lacks=lacks)
            for live in await self._catalogue.live():
                with at_work_on(live.version):
                    await self._mend_one(live, turn, say)
            async with turn:
                await self._remove_unknown()
        except BaseException:
            self._mended = False
            raise
        await self._view.refresh(words=True)
        async with turn:  # what comes in meanwhile would seem to be lacking
            lacks = await self._view.lacking(self._shelf) > 0
        if lacks:
            self._shelf.lost.set()
            return
        self._shelf.is_whole = self._mended  # unless it was lost meanwhile
        if self._shelf.next is None:
            self.relapses.whole(time.monotonic())

    async def _remove_unknown(self) -> None:
        """
        Remove what the catalogue knows nothing of, not even that it leaves.

        A restored index is a little younger than its catalogue, one that is used again after a move is older: it has
        documents that were deleted since, and nothing hides them.
        """
        index = self._shelf.serving
        live = await self._catalogue.live()
        if await index.count() <= sum(one.passages for one in live):
            return
        held = await versions_in(index)
        # Read after the index: what is written meanwhile is a job's by now.
        known = {one.version for one in await self._catalogue.live()}
        known |= {*await self._jobs.unfinished(), *await self._catalogue.leaving()}
        for version in held - known:
            await index.remove(version)

    async def _mend_one(self, live: Live, turn: asyncio.Lock, say: Say) -> None:
        index, embedder = self._shelf.serving, self._shelf.embedder
        if await index.count(live.version) == live.passages:
            return
        passages = await self._passages(live, embedder)
        async with turn:
            if passages is None or not await self._catalogue.is_live(live.version):
                return
            say(f"mending {live.upload.document_id}")
            await index.remove(live.version)
            await self._shelf.wrote_without_model()
        written = await write(index, embedder, passages, turn=turn)
        await self._catalogue.recount(live.version, written.passages, written.counts)

    async def refill(self, turn: asyncio.Lock, at_work_on: AtWorkOn, say: Say) -> None:
        """Go on filling the next index; put it into use once it is proven to hold all that the one before does."""
        index = self._shelf.next
        if index is None or not self._mended:
            return
        if self._filled is None:
            # What a stop has left of it is gone on with, where no disk has spoilt it.
            await self._prove(index, {})
            self._filled = {}
        filled = self._filled
        if not await self._fill_all(filled, turn, at_work_on, say):
            return
        say("proving that the next index is whole")
        await index.maintain()
        is_whole = await self._prove(index, filled)
        async with turn:
            if not is_whole or not await self._fill_late(index, filled):
                self._shelf.lost.set()
                return
            await self._shelf.switch()
        self.relapses.whole(time.monotonic())
        await self._view.refresh()
        await self._shelf.discard_retired()
        await self.recount()
        logger.info("the index was made again", extra={"index": self._shelf.name})

    async def _fill_all(
        self, filled: dict[str, int], turn: asyncio.Lock, at_work_on: AtWorkOn, say: Say
    ) -> bool:
        """Whether all is there; False where what is sent, or an index that is damaged, comes first."""
        while True:
            live = await self._catalogue.live()
            left = [one for one in live if one.version not in filled]
            if not left:
                return True
            progress = Embedded(say, live, filled)
            for one in left:
                with at_work_on(one.version):
                    told = progress.begin(one)
                    filled[one.version] = await self._fill(one, turn, told)
                if not self._mended or await self._jobs.waits(brief=False):
                    return False

    async def _prove(self, index: PassageIndex, filled: Mapping[str, int]) -> bool:
        """
        Read the next index back; what the catalogue knows nothing of is removed from it.

        Returns:
            False where it does not hold what was *filled*, or has gaps elsewhere; what is wrong was removed.
        """
        has_model = self._shelf.next_embedder is not None
        held = await read_back(index, has_model=has_model)
        # Read after the index: what left meanwhile is removed already.
        live = {one.version for one in await self._catalogue.live()}
        for version in held.keys() - live - {*await self._catalogue.leaving()}:
            await index.remove(version)
        wrong = [
            version
            for version in live & (held.keys() | filled.keys())
            if (there := held.get(version, []))
            != list(range(filled.get(version, len(there))))
        ]
        await index.renew(lacks=bool(wrong))
        if wrong:
            logger.warning("the next index is damaged", extra={"versions": len(wrong)})
            for version in wrong:
                await index.remove(version)
        return not wrong

    async def _fill_late(self, index: PassageIndex, filled: dict[str, int]) -> bool:
        """
        Fill in what came since all was filled; the caller holds the turn.

        Returns:
            False where passages were lost since they were read back.
        """
        live = await self._catalogue.live()
        for one in live:
            if one.version not in filled:
                filled[one.version] = await self._fill(one, nullcontext())
        wanted = {one.version: filled[one.version] for one in live}
        for version in {*await self._catalogue.leaving()} - wanted.keys():
            wanted[version] = await index.count(version)
        return await index.count() == sum(wanted.values())

    async def recount(self) -> None:
        """Count passages and words as the index in use has them, unless that was done since it came into use."""
        if self._shelf.counted:
            return
        for live in await self._catalogue.live():
            passages = await self._passages(live, self._shelf.embedder)
            if passages is not None:
                counts = await asyncio.to_thread(counted, passages)
                await self._catalogue.recount(live.version, len(passages), counts)
        await self._shelf.was_counted()
        await self._view.refresh(words=True)

    async def _fill(
        self,
        live: Live,
        turn: AbstractAsyncContextManager[object],
        told: Told | None = None,
    ) -> int:
        """Write what the next index lacks of a version; says how many passages that has, none where it was deleted meanwhile."""
        index, embedder = self._shelf.next, self._shelf.next_embedder
        passages = await self._passages(live, embedder)
        if index is None or passages is None:
            return 0
        if await index.count(live.version) != len(passages):
            await write(index, embedder, passages, told, turn)
        return len(passages)

    async def _passages(
        self, live: Live, embedder: Embedder | None
    ) -> list[Passage] | None:
        """The passages of a version, cut for *embedder*; None where it was deleted meanwhile."""
        content = await self._contents.read(live.version)
        if content is None:
            return None
        passages = split(live.version, live.upload, content, embedder)
        return await asyncio.to_thread(list, passages)
