"""
Folders made once, however many uploads ask for them at the same time.

Nextcloud loses MKCOL races: of 480 tries at the same folder 281 got 423, and in 13 of 60 rounds nobody had made it.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from contracts.errors import Conflict, Forbidden, NotFound
from storage.patience import Patience
from storage.resources import Resource
from storage.webdav import WebDAVClient

_KNOWN_MAX = 10_000
_SETTLING_S = 5.0
_NEW_S = 60.0
_NEW_MAX = 100
_LOOKS = 3


@dataclass
class _New:
    """A folder that we made: until then only the names that we claimed are in it."""

    until_s: float
    names: set[str] = field(default_factory=set)


class FolderMaker:
    """
    Makes folders with all their parents, one request for each at a time, and remembers which exist.

    Args:
        home: The user's files, without a root.
        root: What paths here are relative to; made like any other folder.
        patience: Its pauses, for a folder that was just made and is not there yet: ``settling``.
    """

    def __init__(
        self, home: WebDAVClient, root: PurePosixPath, patience: Patience
    ) -> None:
        self.settling = patience.within(_SETTLING_S)
        self._home = home
        self._root = root
        self._known: OrderedDict[PurePosixPath, None] = OrderedDict()
        self._making: dict[PurePosixPath, asyncio.Task[bool]] = {}
        self._new: OrderedDict[PurePosixPath, _New] = OrderedDict()

    async def ensure(self, folder: PurePosixPath) -> bool:
        """
        Return when *folder* exists; whether this call made it.

        Raises:
            Conflict: A file has that name.
        """
        return await self._ensure(self._root / folder)

    def knows(self, folder: PurePosixPath) -> bool:
        """Whether *folder* was there when we looked last."""
        return self._root / folder in self._known

    async def found(self, folder: PurePosixPath) -> tuple[Resource, bool]:
        """
        Look at *folder*, made where it is missing; and whether this call made it.

        Raises:
            Conflict: A file has that name, or somebody removes it again and again.
        """
        for _ in range(_LOOKS):
            made = await self.ensure(folder)
            found = await self._home.stat(self._root / folder)
            if found is not None:
                return found, made
            # Somebody removed a folder that we knew.
            self.forget(folder)
        raise Conflict("The folder was removed meanwhile; repeat.", code="folder_gone")

    def claim(self, path: PurePosixPath) -> bool:
        """
        Take the name of *path* for us.

        Returns:
            Whether it is surely free, as we made its folder a moment ago and nobody has claimed it: then nobody has to look.
        """
        if not self.is_new(path.parent):
            return False
        new = self._new[self._root / path.parent]
        if path.name in new.names:
            return False
        new.names.add(path.name)
        return True

    def is_new(self, folder: PurePosixPath) -> bool:
        """Whether we made *folder* a moment ago: until it has settled, what is put there may get 403 or 404."""
        new = self._new.get(self._root / folder)
        return new is not None and new.until_s >= time.monotonic()

    def forget(self, folder: PurePosixPath) -> None:
        """Unlearn *folder*, what is below and what is above: somebody removed some of it."""
        self._unlearn(self._root / folder)

    def _unlearn(self, gone: PurePosixPath) -> None:
        for known in tuple(self._known):
            if known.is_relative_to(gone) or gone.is_relative_to(known):
                del self._known[known]
                self._new.pop(known, None)

    async def close(self) -> None:
        """Wait for what is being made."""
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    async def _ensure(self, folder: PurePosixPath) -> bool:
        if not folder.parts or folder in self._known:
            return False
        task = self._making.get(folder)
        is_first = task is None
        if task is None:
            task = asyncio.create_task(self._make(folder))
            self._making[folder] = task
            task.add_done_callback(lambda _: self._making.pop(folder, None))
        # One caller that leaves must not take the folder from the others.
        return await asyncio.shield(task) and is_first

    async def _make(self, folder: PurePosixPath) -> bool:
        # Right after a MKCOL another one below it may still get 403 or 404.
        async for attempt in self.settling.tries((Forbidden, NotFound)):
            with attempt:
                made = await self._mkcol(folder)
        self._remember(folder, made=made)
        return made

    async def _mkcol(self, folder: PurePosixPath) -> bool:
        try:
            made = await self._home.mkcol(folder)
        except Conflict:
            if len(folder.parts) == 1:
                raise
            # Somebody removed it, if we knew it.
            self._unlearn(folder.parent)
            await self._ensure(folder.parent)
            made = await self._home.mkcol(folder)
        if not made:
            await self._require_folder(folder)
        return made

    async def _require_folder(self, folder: PurePosixPath) -> None:
        found = await self._home.stat(folder)
        if found is not None and not found.is_folder:
            raise Conflict(
                f"{folder} is a file: choose another folder's name.",
                code="folder_is_file",
            )

    def _remember(self, folder: PurePosixPath, *, made: bool) -> None:
        # What it lies in is there too: otherwise each photo of a chantier would look for that.
        for one in (*reversed(folder.parents[:-1]), folder):
            self._known[one] = None
        while len(self._known) > _KNOWN_MAX:
            self._known.popitem(last=False)
        if made:
            self._new[folder] = _New(time.monotonic() + _NEW_S)
            while len(self._new) > _NEW_MAX:
                self._new.popitem(last=False)
