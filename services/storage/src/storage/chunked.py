"""
Chunked upload v2: chunks go to a staging collection, then one MOVE joins them at their place.

What was sent is remembered with its hash, so that a repeat of the upload, even after a restart, sends only what is
missing. The staging area is out of sight of people, and Nextcloud itself empties it after a day.

Source: docs.nextcloud.com developer manual, "Chunked file upload"; measured on 29.0.6: without ``OC-Total-Length`` a
gap is joined silently, the same chunk may be sent again, and a MOVE whose answer was lost must not be repeated unseen.
"""

import hashlib
import time
from collections.abc import Mapping
from pathlib import PurePosixPath

from contracts.errors import (
    NotFound,
    TooLarge,
    Unavailable,
)
from storage.body import Body
from storage.chunk_memory import Chunk, ChunkMemory
from storage.cut import Cut
from storage.joining import ChunksDoNotAddUp, Joiner, Staged
from storage.pace import Pace
from storage.paths import wire
from storage.patience import Patience
from storage.staging import StagingArea
from storage.webdav import WebDAVClient, Written


class Stage:
    """
    Where uploads lie until they are complete.

    Args:
        area: Where chunks lie.
        webdav: Where files go in the end.
        memory: Remembers what was sent.
        pace: How large chunks are.
        patience: With which an unclear MOVE is looked at and done again.
    """

    def __init__(
        self,
        area: StagingArea,
        webdav: WebDAVClient,
        memory: ChunkMemory,
        *,
        pace: Pace,
        patience: Patience,
    ) -> None:
        self._area = area
        self._webdav = webdav
        self._memory = memory
        self._pace = pace
        self._joiner = Joiner(area, webdav, patience)

    async def has_begun(self, target: PurePosixPath, size_bytes: int | None) -> bool:
        """Whether some of an upload of *size_bytes* to *target* may have been sent."""
        return await self._memory.has_begun(self._upload_id(target, size_bytes))

    async def fill(self, target: PurePosixPath, body: Body) -> Staged:
        """
        Send *body* in chunks, but for those that an interrupted upload to *target* has sent already.

        Raises:
            Unavailable: It broke off; a repeat goes on from there.
        """
        upload_id = self._upload_id(target, body.announced_bytes)
        headers = {"Destination": await self._webdav.destination(target)}
        if body.announced_bytes is not None:
            # Quota is checked with the first chunk then.
            headers["OC-Total-Length"] = str(body.announced_bytes)
        known = await self._opened(upload_id, headers)
        cut, number = Cut(aiter(body)), 0
        started = time.monotonic()
        while content := await self._next(cut, known.get(number + 1), body):
            number += 1
            if not await _is_there(content, known.get(number)):
                known = await self._without(upload_id, known, after=number - 1)
                await self._send(upload_id, number, content, headers)
                self._pace.took(content.size_bytes, time.monotonic() - started)
            started = time.monotonic()
        await self._without(upload_id, known, after=number)
        return Staged(upload_id, body.size_bytes, body.sha256)

    def _upload_id(self, target: PurePosixPath, size_bytes: int | None) -> str:
        """The same for a repeat of the same upload, so that it finds what was sent; another below another root."""
        path = wire(self._webdav.root / target)
        digest = hashlib.sha256(f"{size_bytes} {path}".encode()).hexdigest()
        return f"etm-{digest[:32]}"

    async def _next(self, cut: Cut, earlier: Chunk | None, body: Body) -> Body | None:
        """Cut off the next chunk, as large as *earlier* where that was sent before; ``None`` at the end."""
        left_bytes = None
        if body.announced_bytes is not None:
            left_bytes = body.announced_bytes - cut.given_bytes
        wanted = earlier.size_bytes if earlier else self._pace.next_bytes(left_bytes)
        if left_bytes is None or self._pace.holds(min(wanted, left_bytes)):
            content = await cut.held(wanted)
            return content if content.size_bytes else None
        return cut.unheld(min(wanted, left_bytes))

    async def publish(
        self, staged: Staged, target: PurePosixPath, headers: Mapping[str, str]
    ) -> Written:
        """
        Join *staged* at *target*; ``status`` 412 where that exists and *headers* forbid to replace it.

        Raises:
            Conflict: The folder of *target* is missing.
            ChunksDoNotAddUp: The chunks are others than were sent, and were removed.
            Unavailable: It could not be done; a repeat of the upload finds what is staged.
        """
        try:
            landed = await self._joiner.join(staged, target, headers)
        except ChunksDoNotAddUp:
            await self.discard(staged.upload_id)
            raise
        except NotFound as error:
            await self._memory.forget(staged.upload_id)
            raise _gone() from error
        if landed.status != 412:
            await self._memory.forget(staged.upload_id)
        return landed

    async def discard(self, upload_id: str) -> None:
        """Remove an upload that is not wanted any more."""
        await self._area.remove(upload_id)
        await self._memory.forget(upload_id)

    async def sweep(self, older_than_s: float) -> int:
        """Discard what nobody went on with; how many that were."""
        stale = await self._memory.stale(older_than_s)
        for upload_id in stale:
            await self.discard(upload_id)
        return len(stale)

    async def _opened(
        self, upload_id: str, headers: Mapping[str, str]
    ) -> dict[int, Chunk]:
        """Make the collection, or find what it holds of what we remember: an unbroken row from the first on."""
        remembered = await self._memory.chunks(upload_id)
        there = await self._area.chunks(upload_id) if remembered else {}
        known: dict[int, Chunk] = {}
        for chunk in remembered:
            if there.get(chunk.number) != chunk.size_bytes:
                break
            known[chunk.number] = chunk
        if not known:
            await self._memory.begin(upload_id)
            await self._area.make(upload_id, headers)
            return {}
        for number in there.keys() - known.keys():
            await self._area.delete(upload_id, number)
        return known

    async def _without(
        self, upload_id: str, known: dict[int, Chunk], *, after: int
    ) -> dict[int, Chunk]:
        """Drop the chunks of another content, which would be joined with ours."""
        for number in [one for one in known if one > after]:
            await self._area.delete(upload_id, number)
        await self._memory.forget(upload_id, after=after)
        return {number: one for number, one in known.items() if number <= after}

    async def _send(
        self, upload_id: str, number: int, content: Body, headers: Mapping[str, str]
    ) -> None:
        if content.ended and not content.whole:
            raise Unavailable(
                "Another content was half sent to this place and is dropped; repeat.",
                code="chunks_differ",
            )
        try:
            await self._area.put(upload_id, number, content, headers)
        except NotFound as error:
            await self._memory.forget(upload_id)
            raise _gone() from error
        except TooLarge as error:
            await self._pace.refused(content.length_bytes)
            raise Unavailable(
                "Nextcloud takes no chunk this large; from now on they are smaller: repeat.",
                code="too_large_for_one_put",
            ) from error
        finally:
            content.release()
        sent = Chunk(number, content.size_bytes, content.sha256)
        await self._memory.add(upload_id, sent)


def _gone() -> Unavailable:
    return Unavailable(
        "Nextcloud dropped the upload's chunks; repeat.", code="chunks_gone"
    )


async def _is_there(content: Body, earlier: Chunk | None) -> bool:
    """Whether *content* is what was sent before; one that is not held is read for that."""
    if earlier is None:
        return False
    await content.drain()
    return (content.size_bytes, content.sha256) == (earlier.size_bytes, earlier.sha256)
