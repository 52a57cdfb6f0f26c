"""Nextcloud's staging area of chunked upload v2: one collection an upload, its chunks named by their number."""

from collections.abc import Mapping
from urllib.parse import quote

from contracts.errors import NotFound
from storage.body import Body
from storage.nextcloud import Call, Nextcloud
from storage.webdav import propfind

_GONE = frozenset({404})


class StagingArea:
    """
    The uploads of the account's user.

    Args:
        nextcloud: Sends the requests, and knows whose staging area.
    """

    def __init__(self, nextcloud: Nextcloud) -> None:
        self._nextcloud = nextcloud

    async def joined(self, upload_id: str) -> str:
        """Give the URL path that stands for all chunks joined."""
        return f"{await self._path(upload_id)}/.file"

    async def make(self, upload_id: str, headers: Mapping[str, str]) -> None:
        """Make an empty collection; one that is there goes first."""
        call = Call(
            "MKCOL", await self._path(upload_id), headers, answers=frozenset({405})
        )
        if (await self._nextcloud.send(call)).status_code == 405:
            await self.remove(upload_id)
            await self._nextcloud.send(call)

    async def remove(self, upload_id: str) -> None:
        """Remove a collection with its chunks, if it is there."""
        await self._nextcloud.send(
            Call("DELETE", await self._path(upload_id), answers=_GONE)
        )

    async def chunks(self, upload_id: str) -> dict[int, int]:
        """List the chunks that are there: the size in bytes of each number."""
        try:
            found = await propfind(
                self._nextcloud, await self._path(upload_id), depth=1
            )
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
        path = await self._chunk(upload_id, number)
        call = Call("PUT", path, {**headers, **length}, content=content)
        await self._nextcloud.send(call)

    async def delete(self, upload_id: str, number: int) -> None:
        """Delete one chunk, if it is there."""
        call = Call("DELETE", await self._chunk(upload_id, number), answers=_GONE)
        await self._nextcloud.send(call)

    async def _chunk(self, upload_id: str, number: int) -> str:
        return f"{await self._path(upload_id)}/{number:05d}"

    async def _path(self, upload_id: str) -> str:
        user = quote(await self._nextcloud.user_id(), safe="")
        return f"/remote.php/dav/uploads/{user}/{upload_id}"
