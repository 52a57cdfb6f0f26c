"""
What was read of each document, and facts about the catalogue as a whole.

Why it is kept: docs/decisions/0305-blocks-are-kept.md
"""

import asyncio
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from knowledge.documents.tables import contents, state
from knowledge.reading.blocks import Block


@dataclass(frozen=True, slots=True)
class Content:
    """What was read of one version."""

    blocks: tuple[Block, ...]
    pages: int
    media_type: str
    title: str = ""
    notes: tuple[str, ...] = ()


class Contents:
    """The table of contents: from it an index can be made again without the files."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, version: str, content: Content) -> None:
        """Keep what was read, so that no restart and no change of model reads the file again."""
        packed = await asyncio.to_thread(_packed, content.blocks)
        async with self._engine.begin() as connection:
            await connection.execute(
                delete(contents).where(contents.c.version == version)
            )
            await connection.execute(
                insert(contents).values(
                    version=version,
                    blocks=packed,
                    pages=content.pages,
                    media_type=content.media_type,
                    title=content.title,
                    notes=list(content.notes),
                )
            )

    async def read(self, version: str) -> Content | None:
        async with self._engine.connect() as connection:
            row = (
                await connection.execute(
                    select(contents).where(contents.c.version == version)
                )
            ).one_or_none()
        if row is None:
            return None
        return Content(
            await asyncio.to_thread(_unpacked, row.blocks),
            row.pages,
            row.media_type,
            row.title,
            tuple(row.notes),
        )

    async def noted(self, name: str) -> str | None:
        """Read one fact about the catalogue as a whole."""
        async with self._engine.connect() as connection:
            value = await connection.scalar(
                select(state.c.value).where(state.c.name == name)
            )
        return None if value is None else str(value)

    async def note(self, name: str, value: str) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(delete(state).where(state.c.name == name))
            await connection.execute(insert(state).values(name=name, value=value))


def _packed(blocks: Iterable[Block]) -> bytes:
    return zlib.compress("\n".join(block.to_json() for block in blocks).encode(), 3)


def _unpacked(packed: bytes) -> tuple[Block, ...]:
    # Not splitlines, which parts at the line separators of Unicode too: JSON leaves those as they are.
    lines = zlib.decompress(packed).decode().split("\n")
    return tuple(Block.from_json(line) for line in lines if line)
