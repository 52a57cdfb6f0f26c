"""A folder's listing as callers see it."""

from pathlib import PurePosixPath

from contracts.errors import Conflict
from contracts.files import FileEntry
from contracts.paging import Page
from storage.listings import Listings
from storage.paging import page_of
from storage.paths import wire
from storage.resources import Resource


class Entries:
    """Lists folders page by page: subfolders first, each kind by name."""

    def __init__(self, listings: Listings) -> None:
        self._listings = listings

    async def page(
        self, folder: PurePosixPath, *, limit: int, cursor: str | None
    ) -> Page[FileEntry]:
        """
        Give one page of *folder*.

        Raises:
            NotFound: There is no such folder.
            Conflict: It is a file.
        """
        listing = await self._listings.listing(folder)
        if not listing.is_folder:
            raise Conflict(
                f"{wire(folder)} is a file; GET /storage/files/{wire(folder)} reads it.",
                code="not_a_folder",
            )
        ordered = sorted(listing.members, key=_order)
        shown, after = page_of(ordered, _order, limit=limit, cursor=cursor)
        return Page[FileEntry](
            items=tuple(_entry(folder, one) for one in shown), next=after
        )


def _order(one: Resource) -> tuple[bool, str, str]:
    return not one.is_folder, one.name.casefold(), one.name


def _entry(folder: PurePosixPath, one: Resource) -> FileEntry:
    return FileEntry(
        name=one.name,
        path=wire(folder / one.name),
        kind="folder" if one.is_folder else "file",
        size_bytes=one.size_bytes,
        modified_at=one.modified_at,
        etag=one.etag,
        file_id=one.file_id,
    )
