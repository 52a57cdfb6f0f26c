"""Nextcloud's staging area of chunked upload v2: one collection an upload, its chunks named by their number."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from contracts.errors import NotFound
from storage.body import Body
from storage.nextcloud import Call, Nextcloud
from storage.paths import quoted
from storage.webdav import propfind

_GONE = frozenset({404})


class StagingArea:
    """
    One user's uploads.

    Args:
        nextcloud: Sends the requests.
        user: Whose staging area.
    """

    def __init__(self, nextcloud: Nextcloud, *, user: str) -> None:
        self._nextcloud = nextcloud
        self._uploads = f"/remote.php/dav/uploads/{quoted(PurePosixPath(user))}"

    def joined(self, upload_id: str) -> str:
        """Give the URL path that stands for all chunks joined."""
        return f"{self._path(upload_id)}/.file"

    async def make(self, upload_id: str, headers: Mapping[str, str]) -> None:
        """Make an empty collection; one that is there goes first."""
        call = Call("MKCOL", self._path(upload_id), headers, answers=frozenset({405}))
        if (await self._nextcloud.send(call)).status_code == 405:
            await self.remove(upload_id)
            await self._nextcloud.send(call)

    async def remove(self, upload_id: str) -> None:
        """Remove a collection with its chunks, if it is there."""
        await self._nextcloud.send(Call("DELETE", self._path(upload_id), answers=_GONE))

    async def chunks(self, upload_id: str) -> dict[int, int]:
        """List the chunks that are there: the size in bytes of each number."""
        try:
            found = await propfind(self._nextcloud, self._path(upload_id), depth=1)
        except NotFound:
            return {}
        return {int(one.name): one.size_bytes for one in found if one.name.isdecimal()}

    async def put(
        self, upload_id: str, number: int, content: Body, headers: Mapping[str, str]
    ) -> None:
        """
        Send one chunk, of which the length is known.

        Raises:
            NotFound: The collection is gone.
            TooLarge: No request may be this large.
        """
        length = {"Content-Length": str(content.length_bytes)}
        path = self._chunk(upload_id, number)
        call = Call("PUT", path, {**headers, **length}, content=content)
        await self._nextcloud.send(call)

    async def delete(self, upload_id: str, number: int) -> None:
        """Delete one chunk, if it is there."""
        call = Call("DELETE", self._chunk(upload_id, number), answers=_GONE)
        await self._nextcloud.send(call)

    def _chunk(self, upload_id: str, number: int) -> str:
        return f"{self._path(upload_id)}/{number:05d}"

    def _path(self, upload_id: str) -> str:
        return f"{self._uploads}/{upload_id}"
