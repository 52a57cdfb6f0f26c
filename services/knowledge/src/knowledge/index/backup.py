"""A copy of catalogue and index as one file, made while the service works."""

import asyncio
import shutil
import sqlite3
import tarfile
import tempfile
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.backup import UNDER_WAY, signed
from chassis.places import Places
from contracts.errors import Conflict
from knowledge.documents.uploads import SPOOL, Spool
from knowledge.index.edge import EdgeIndex
from knowledge.index.shelf import Shelf
from knowledge.room import Room

CATALOGUE = "knowledge.sqlite"


class Backup:
    """
    Makes backups of embedded homes.

    The catalogue is copied before the index: what the index has more is not seen, and what it lacks the indexer
    writes again from the catalogue. What was sent and is not read yet is held before and after: by then the catalogue's
    copy knows it.

    Args:
        engine: The catalogue's.
        shelf: Has the index.
        spool: Has what is not read yet.
        folder: The service's data folder.
        reserve_bytes: Of its disk, that are left free.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        shelf: Shelf,
        spool: Spool,
        folder: Path,
        reserve_bytes: int = 0,
    ) -> None:
        self._engine = engine
        self._shelf = shelf
        self._spool = spool
        self._folder = folder
        self._room = Room(folder, reserve_bytes)
        # Who gives up and calls again has his first copy made all the same.
        self._one = Places(1, full="Another backup is being made; ask again later.")

    async def make(self) -> Path:
        """
        Write a compressed TAR file and return its path; the caller removes it.

        Unpacked into an empty data folder it is a service.

        Raises:
            Conflict: Catalogue or index are on a server, which has its own means.
            StorageFull: There is no room for the copy beside the index.
            Unavailable: Another one is being made.
        """
        async with self._one.one():
            return await self._make()

    async def _make(self) -> Path:
        index = self._shelf.serving
        if not isinstance(index, EdgeIndex) or self._engine.dialect.name != "sqlite":
            raise Conflict(
                "Catalogue or index are on a server: back them up with pg_dump and Qdrant's snapshots.",
                code="not_embedded",
            )
        database = Path(str(self._engine.url.database))
        await asyncio.to_thread(self._demand_room, index, database)
        made = await asyncio.to_thread(tempfile.mkdtemp, "", UNDER_WAY, self._folder)
        whole, name = Path(made), self._shelf.name
        try:
            await asyncio.to_thread(self._spool.link_into, whole / SPOOL)
            await asyncio.to_thread(_copied, database, whole / CATALOGUE)
            await asyncio.to_thread(self._spool.link_into, whole / SPOOL)
            await index.copy_to(whole / "index" / name)
            return await asyncio.to_thread(_packed, whole)
        finally:
            await asyncio.to_thread(shutil.rmtree, whole, ignore_errors=True)

    def _demand_room(self, index: EdgeIndex, database: Path) -> None:
        """For what is copied, and once more: the packed file may be hardly smaller."""
        copied_bytes = index.size_bytes() + database.stat().st_size
        self._room.demand(2 * copied_bytes + self._spool.size_bytes())


def remove_broken_off(folder: Path) -> None:
    """Remove what backups left in *folder* when the service was killed over them."""
    for path in folder.glob(f"{UNDER_WAY}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _copied(database: Path, target: Path) -> None:
    connection = sqlite3.connect(database)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def _packed(folder: Path) -> Path:
    packed = folder.with_name(f"{folder.name}.tar.gz")
    # Quickly: most of a small index is room that Qdrant has reserved, and is zero.
    with tarfile.open(
        packed, "w:gz", compresslevel=1, pax_headers=signed("knowledge")
    ) as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, arcname=path.name)
    return packed
