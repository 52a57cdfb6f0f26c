"""Folders that people made under a name which we would write otherwise: found, not doubled."""

import re
from pathlib import PurePosixPath

from contracts.actions import CHANTIERS
from contracts.errors import NotFound
from contracts.names import original_name, safe_name
from storage.folders import FolderMaker
from storage.listings import Listings
from storage.paths import ROOT

_CUT = re.compile(r"~[0-9a-f]{6}(\.|$)")


class FolderFinder:
    """
    Says which folder a safe name means.

    In Nextcloud's own pages a person may call a chantier ``20260325_Müller: toit``. Reports on it come with the name
    made safe (``：``); they belong into that same folder.

    Args:
        listings: Say what is there.
        folders: Knows what needs no look.
    """

    def __init__(self, listings: Listings, folders: FolderMaker) -> None:
        self._listings = listings
        self._folders = folders

    async def find(self, folder: PurePosixPath) -> PurePosixPath:
        """Give the folder as it is called in Nextcloud; one that is not there yet keeps its safe name."""
        found = ROOT
        for name in folder.parts:
            is_sure = not (_was_changed(name) or self._may_look_alike(found, name))
            found /= name if is_sure else await self._called(found, name)
        return found

    def _may_look_alike(self, parent: PurePosixPath, name: str) -> bool:
        """Whether a chantier may be there under a name with blanks around it, or with characters that nobody sees."""
        return parent == CHANTIERS and not self._folders.knows(parent / name)

    async def _called(self, parent: PurePosixPath, name: str) -> str:
        try:
            members = await self._listings.members(parent)
        except NotFound:
            return name
        names = [one.name for one in members if one.is_folder]
        same = (one for one in names if safe_name(one) == name)
        return name if name in names else next(same, name)


def _was_changed(name: str) -> bool:
    """Whether *name* may be the safe form of another; most are not, and cost no look."""
    return original_name(name) != name or _CUT.search(name) is not None
