"""The name under which a file is put: its own, or the first beside it that is free or holds the same."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import PurePosixPath
from typing import TypeAlias

from contracts.errors import NotFound
from contracts.files import StoredFile
from storage.body import Body
from storage.listings import Listings
from storage.targets import Target
from storage.unanswered import UnansweredFiles

Put: TypeAlias = Callable[
    [PurePosixPath, Mapping[str, str]], Awaitable[StoredFile | None]
]
"""Puts a file at a path with these headers; ``None`` when another content is there."""

_UNSEEN = 3
"""As many names are tried without a look at the folder: most files need one, and a flow may name hundreds alike."""
_TRIES = 200
"""Of the names that may be free: what refuses so many refuses them all."""


class FreeNames:
    """
    Goes through the names of a target.

    Args:
        unanswered: Told of each try.
        listings: Says what is in a folder.
    """

    def __init__(self, unanswered: UnansweredFiles, listings: Listings) -> None:
        self._unanswered = unanswered
        self._listings = listings

    async def put(self, target: Target, body: Body, put: Put) -> StoredFile:
        """
        Have *put* try *target*, then the names beside it, until one is free or holds the same content.

        Raises:
            Conflict: *target* says to fail where its name is taken, or all are.
        """
        others: set[str] | None = None
        tries = 0
        for path in target.candidates():
            if others is None and tries == _UNSEEN:
                others = await self._others(path.parent, body)
            if others and path.name in others:
                continue
            if tries == _TRIES:
                break
            tries += 1
            async with self._unanswered.trying(path, target, body) as attempt:
                attempt.stored = await put(path, attempt.headers)
            if attempt.stored is not None:
                return attempt.stored
        raise target.taken()

    async def _others(self, folder: PurePosixPath, body: Body) -> set[str]:
        """Name what is there and surely is not *body*."""
        try:
            members = await self._listings.members(folder)
        except NotFound:
            return set()
        return {
            one.name
            for one in members
            if one.is_folder or one.size_bytes != body.size_bytes
        }
