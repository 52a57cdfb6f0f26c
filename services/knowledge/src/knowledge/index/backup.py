"""A copy of catalogue and index as one file, made while the service works."""

import asyncio
import shutil
import sqlite3
import tarfile
import tempfile
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import Conflict
from knowledge.index.edge import EdgeIndex
from knowledge.index.shelf import Shelf

CATALOGUE = "knowledge.sqlite"


class Backup:
    """
    Makes backups of embedded homes.

    The catalogue is copied before the index: what the index has more is not seen, and what it lacks the indexer
    writes again from the catalogue.

    Args:
        engine: The catalogue's.
        shelf: Has the index.
        folder: The service's data folder.
    """

    def __init__(self, engine: AsyncEngine, shelf: Shelf, folder: Path) -> None:
        self._engine = engine
        self._shelf = shelf
        self._folder = folder

    async def make(self) -> Path:
        """
        Write a compressed TAR file and return its path; the caller removes it.

        Unpacked into an empty data folder it is a service.

        Raises:
            Conflict: Catalogue or index are on a server, which has its own means.
        """
        index = self._shelf.serving
        if not isinstance(index, EdgeIndex) or self._engine.dialect.name != "sqlite":
            raise Conflict(
                "Catalogue or index are on a server: back them up with pg_dump and Qdrant's snapshots.",
                code="not_embedded",
            )
        made = await asyncio.to_thread(
            tempfile.mkdtemp, ".tmp", "backup-", self._folder
        )
        whole = Path(made)
        database = str(self._engine.url.database)
        await asyncio.to_thread(_copied, database, whole / CATALOGUE)
        await index.copy_to(whole / "index" / self._shelf.name)
        return await asyncio.to_thread(_packed, whole)


def _copied(database: str, target: Path) -> None:
    connection = sqlite3.connect(database)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def _packed(folder: Path) -> Path:
    packed = folder.with_suffix(".tar.gz")
    # Quickly: most of a small index is room that Qdrant has reserved, and is zero.
    with tarfile.open(packed, "w:gz", compresslevel=1) as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, arcname=path.name)
    shutil.rmtree(folder)
    return packed
