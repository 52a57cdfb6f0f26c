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
from dataclasses import dataclass
from pathlib import PurePosixPath

from contracts.errors import Conflict, NotFound, Rejected, TimedOut, Unavailable
from storage.body import Body
from storage.cut import Cut
from storage.nextcloud import Call, Nextcloud
from storage.paths import quoted, wire
from storage.state import Chunk, State
from storage.webdav import WebDAVClient, Written, propfind

MIN_CHUNK_BYTES = 1024 * 1024
MOVE_S = 120.0
JOINED_BYTES_PER_S = 20_000_000
"""A MOVE copies all chunks once more before it answers; measured 160 to 600 MB/s, a slow disk does a tenth."""
CHUNK_S = 4.0
"""How long one chunk should take: what a cut connection loses on a slow line."""


@dataclass(frozen=True)
class Staged:
    """A whole upload that waits for its place."""

    upload_id: str
    size_bytes: int
    sha256: str


class Stage:
    """
    Where uploads lie until they are complete.

    Args:
        nextcloud: Sends the requests.
        webdav: Where files go in the end.
        state: Remembers what was sent.
        user: Whose staging area.
        chunk_max_bytes: A chunk is held in memory, so that it can be sent again.
    """

    def __init__(
        self,
        nextcloud: Nextcloud,
        webdav: WebDAVClient,
        state: State,
        *,
        user: str,
        chunk_max_bytes: int,
    ) -> None:
        self._nextcloud = nextcloud
        self._webdav = webdav
        self._state = state
        self._uploads = f"/remote.php/dav/uploads/{quoted(PurePosixPath(user))}"
        self._chunk_max_bytes = chunk_max_bytes
        self._chunk_bytes = chunk_max_bytes

    async def fill(self, target: PurePosixPath, body: Body) -> Staged:
        """
        Send *body* in chunks, but for those that an interrupted upload to *target* has sent already.

        Raises:
            Unavailable: It broke off; a repeat goes on from there.
        """
        upload_id = _upload_id(target, body.announced_bytes)
        headers = {"Destination": self._webdav.destination(target)}
        if body.announced_bytes is not None:
            # Quota is checked with the first chunk then.
            headers["OC-Total-Length"] = str(body.announced_bytes)
        known = await self._opened(upload_id, headers)
        cut, number = Cut(aiter(body)), 0
        while True:
            earlier = known.get(number + 1)
            size_bytes = earlier.size_bytes if earlier else self._chunk_bytes
            content = await cut.chunk(size_bytes)
            if not content.size_bytes:
                break
            number += 1
            sent = Chunk(number, content.size_bytes, content.sha256)
            if sent != earlier:
                known = await self._without(upload_id, known, after=number - 1)
                await self._send(upload_id, sent, content, headers)
        await self._without(upload_id, known, after=number)
        return Staged(upload_id, body.size_bytes, body.sha256)

    async def publish(
        self, staged: Staged, target: PurePosixPath, headers: Mapping[str, str]
    ) -> Written:
        """
        Join *staged* at *target*; ``status`` 412 where that exists and *headers* forbid to replace it.

        Raises:
            Conflict: The folder of *target* is missing.
            Unavailable: It could not be done; a repeat of the upload finds what is staged.
        """
        worth = (Unavailable, TimedOut, NotFound)
        async for attempt in self._nextcloud.patience.tries(worth):
            with attempt:
                again = attempt.retry_state.attempt_number > 1
                landed = (
                    await self._landed(staged, target) if again else None
                ) or await self._move(staged, target, headers)
        if landed.status != 412:
            await self._state.forget_upload(staged.upload_id)
        return landed

    async def discard(self, upload_id: str) -> None:
        """Remove an upload that is not wanted any more."""
        call = Call("DELETE", self._path(upload_id), answers=frozenset({404}))
        await self._nextcloud.send(call)
        await self._state.forget_upload(upload_id)

    async def sweep(self, older_than_s: float) -> int:
        """Discard what nobody went on with; how many that were."""
        stale = await self._state.stale_uploads(older_than_s)
        for upload_id in stale:
            await self.discard(upload_id)
        return len(stale)

    async def _opened(
        self, upload_id: str, headers: Mapping[str, str]
    ) -> dict[int, Chunk]:
        """Make the collection, or find what it holds of what we remember: an unbroken row from the first on."""
        remembered = await self._state.chunks(upload_id)
        there = await self._listed(upload_id) if remembered else {}
        known: dict[int, Chunk] = {}
        for chunk in remembered:
            if there.get(_name(chunk.number)) != chunk.size_bytes:
                break
            known[chunk.number] = chunk
        if not known:
            await self._made(upload_id, headers)
            return {}
        for name in there.keys() - {_name(number) for number in known}:
            await self._delete_chunk(upload_id, name)
        return known

    async def _made(self, upload_id: str, headers: Mapping[str, str]) -> None:
        call = Call("MKCOL", self._path(upload_id), headers, answers=frozenset({405}))
        if (await self._nextcloud.send(call)).status_code == 405:
            await self.discard(upload_id)
            await self._nextcloud.send(call)

    async def _listed(self, upload_id: str) -> dict[str, int]:
        try:
            found = await propfind(self._nextcloud, self._path(upload_id), depth=1)
        except NotFound:
            return {}
        names = {one.name: one.size_bytes for one in found if not one.is_folder}
        names.pop(".file", None)
        return names

    async def _without(
        self, upload_id: str, known: dict[int, Chunk], *, after: int
    ) -> dict[int, Chunk]:
        """Drop the chunks of another content, which would be joined with ours."""
        for number in [one for one in known if one > after]:
            await self._delete_chunk(upload_id, _name(number))
        await self._state.forget_upload(upload_id, after=after)
        return {number: one for number, one in known.items() if number <= after}

    async def _delete_chunk(self, upload_id: str, name: str) -> None:
        path = f"{self._path(upload_id)}/{name}"
        await self._nextcloud.send(Call("DELETE", path, answers=frozenset({404})))

    async def _send(
        self, upload_id: str, chunk: Chunk, content: Body, headers: Mapping[str, str]
    ) -> None:
        started = time.monotonic()
        call = Call(
            "PUT",
            f"{self._path(upload_id)}/{_name(chunk.number)}",
            {**headers, "Content-Length": str(chunk.size_bytes)},
            content=content,
        )
        try:
            await self._nextcloud.send(call)
        except NotFound as error:
            await self._state.forget_upload(upload_id)
            raise Unavailable(
                "Nextcloud dropped the upload's chunks; repeat.", code="chunks_gone"
            ) from error
        finally:
            content.release()
        await self._state.add_chunk(upload_id, chunk)
        rate = chunk.size_bytes / max(time.monotonic() - started, 0.001)
        wanted = max(int(rate * CHUNK_S), MIN_CHUNK_BYTES)
        self._chunk_bytes = min(wanted, self._chunk_max_bytes)

    async def _move(
        self, staged: Staged, target: PurePosixPath, headers: Mapping[str, str]
    ) -> Written:
        source = f"{self._path(staged.upload_id)}/.file"
        # Without it a gap is joined silently.
        total = {"OC-Total-Length": str(staged.size_bytes)}
        timeout_s = MOVE_S + staged.size_bytes / JOINED_BYTES_PER_S
        try:
            return await self._webdav.move(
                source, target, {**headers, **total}, timeout_s=timeout_s
            )
        except Rejected as error:
            await self.discard(staged.upload_id)
            raise Conflict(
                "Nextcloud could not join the chunks and they were removed; repeat.",
                code="chunks_do_not_add_up",
            ) from error

    async def _landed(self, staged: Staged, target: PurePosixPath) -> Written | None:
        """Look whether a MOVE whose answer was lost was done."""
        found = await self._webdav.stat(target)
        if found is None or found.is_folder or found.size_bytes != staged.size_bytes:
            return None
        if await self._webdav.sha256(target) != staged.sha256:
            return None
        return Written(201, found.etag, found.file_id, staged.sha256)

    def _path(self, upload_id: str) -> str:
        return f"{self._uploads}/{upload_id}"


def _name(number: int) -> str:
    return f"{number:05d}"


def _upload_id(target: PurePosixPath, size_bytes: int | None) -> str:
    """The same for a repeat of the same upload, so that it finds what was sent."""
    digest = hashlib.sha256(f"{size_bytes} {wire(target)}".encode()).hexdigest()
    return f"etm-{digest[:32]}"
