"""``etm-knowledge migrate``: the index from the embedded home to a server, or back."""

from collections.abc import Mapping
from typing import Literal

from chassis.database import open_database, service_url
from contracts.errors import Broken, NotFound
from knowledge.documents.contents import Contents
from knowledge.documents.tables import metadata
from knowledge.index.damage import IndexDamaged, IndexMending
from knowledge.index.homes import Home, open_home
from knowledge.index.passages import PassageIndex, versions_in
from knowledge.index.shelf import noted_name
from knowledge.settings import KnowledgeSettings

Direction = Literal["to-server", "to-embedded"]

_REMEDY: Mapping[Direction, str] = {
    "to-server": "Start the service once without QDRANT_URL: it makes the index again from what was read. When /readyz lacks"
    " no passages, stop it and repeat this.",
    "to-embedded": "It is only copied to: move its folder away and repeat this.",
}
"""What to do about an embedded index that is damaged: nobody makes it again now."""


async def migrate(settings: KnowledgeSettings, direction: Direction) -> int:
    """
    Copy the index in use, vectors included, and say how many passages it has.

    The catalogue stays where it is. What is copied already is written once more, which changes nothing.

    Raises:
        NotFound: There is no index yet.
        Conflict: The service is running on the embedded index.
        Broken: An index is damaged, or the copy has not as many passages as the original.
    """
    url = service_url(settings.database_url, settings.folder, "knowledge")
    engine = await open_database(url, metadata)
    try:
        name = await noted_name(Contents(engine))
    finally:
        await engine.dispose()
    if name is None:
        raise NotFound("There is no index yet; nothing to move.")
    embedded = settings.model_copy(update={"qdrant_url": None})
    async with open_home(embedded) as edge, open_home(settings) as server:
        homes: tuple[Home, Home] = (
            (edge, server) if direction == "to-server" else (server, edge)
        )
        source, target = (home.index(str(name), name.dimension) for home in homes)
        try:
            return await copied(source, target)
        except (IndexDamaged, IndexMending) as error:
            folder = settings.folder / "index" / str(name)
            raise Broken(
                f"The index in {folder} is damaged. {_REMEDY[direction]}"
            ) from error


async def copied(source: PassageIndex, target: PassageIndex) -> int:
    """Copy all points of *source* to *target*; both are opened and closed here."""
    await source.open()
    try:
        await target.open()
        try:
            versions: set[str] = set()
            async for points in source.scroll():
                await target.upsert(points)
                versions.update(point.passage.version for point in points)
            # What a move that was broken off copied, and the service removed since.
            for version in await versions_in(target) - versions:
                await target.remove(version)
            await target.maintain()
            wanted, there = await source.count(), await target.count()
        finally:
            await target.close()
    finally:
        await source.close()
    if there != wanted:
        raise Broken(
            f"{there} of {wanted} passages were copied; is the target used by another service?"
        )
    return there
