"""Folder listings, cached and validated by the folder's etag, which any change below it moves."""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import PurePosixPath

from chassis.keyed_locks import KeyedLocks
from storage.resources import Resource
from storage.webdav import WebDAVClient

_CACHED_MAX = 64


@dataclass(frozen=True)
class Listing:
    """A folder's members as of ``etag``; a file is listed as having none."""

    etag: str
    is_folder: bool
    members: tuple[Resource, ...]


class Listings:
    """Lists folders; a repeat costs one small request when nothing has changed."""

    def __init__(self, webdav: WebDAVClient) -> None:
        self._webdav = webdav
        self._cached: OrderedDict[PurePosixPath, Listing] = OrderedDict()
        self._locks = KeyedLocks[PurePosixPath]()

    async def members(self, folder: PurePosixPath) -> tuple[Resource, ...]:
        """
        Give the members of *folder* as they are now.

        Raises:
            NotFound: There is none.
        """
        return (await self.listing(folder)).members

    async def listing(self, folder: PurePosixPath) -> Listing:
        """
        List *folder* as it is now.

        Raises:
            NotFound: There is none.
        """
        async with self._locks.of(folder):
            cached = self._cached.get(folder)
            if cached and cached.etag:
                now = await self._webdav.stat(folder)
                if now is not None and now.etag == cached.etag:
                    self._cached.move_to_end(folder)
                    return cached
            itself, members = await self._webdav.members(folder)
            listing = Listing(itself.etag, itself.is_folder, members)
            self._remember(folder, listing)
            return listing

    def _remember(self, folder: PurePosixPath, listing: Listing) -> None:
        self._cached[folder] = listing
        self._cached.move_to_end(folder)
        while len(self._cached) > _CACHED_MAX:
            self._cached.popitem(last=False)
