"""What is remembered of uploads in chunks, so that they are gone on with, or removed one day."""

import time
from dataclasses import dataclass

from storage.state import State

_BEGUN = 0
"""Stands among an upload's chunks from before its first one on."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of an upload that Nextcloud has acknowledged; ``number`` counts from 1."""

    number: int
    size_bytes: int
    sha256: str


class ChunkMemory:
    """By upload, across a restart."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def chunks(self, upload_id: str) -> tuple[Chunk, ...]:
        """List what was sent of one upload, in order."""
        rows = await self._state.rows(
            "SELECT number, size_bytes, sha256 FROM chunks WHERE upload_id = ? AND number > ? ORDER BY number",
            upload_id,
            _BEGUN,
        )
        return tuple(Chunk(*row) for row in rows)

    async def begin(self, upload_id: str) -> None:
        """Remember an upload before anything of it is sent."""
        await self.add(upload_id, Chunk(_BEGUN, 0, ""))

    async def has_begun(self, upload_id: str) -> bool:
        """Whether anything of one upload may have been sent."""
        rows = await self._state.rows(
            "SELECT 1 FROM chunks WHERE upload_id = ? LIMIT 1", upload_id
        )
        return bool(rows)

    async def add(self, upload_id: str, chunk: Chunk) -> None:
        await self._state.rows(
            "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?)",
            upload_id,
            chunk.number,
            chunk.size_bytes,
            chunk.sha256,
            time.time(),
        )

    async def forget(self, upload_id: str, *, after: int = _BEGUN - 1) -> None:
        """Forget one upload, or its chunks whose number is above *after*."""
        await self._state.rows(
            "DELETE FROM chunks WHERE upload_id = ? AND number > ?", upload_id, after
        )

    async def stale(self, older_than_s: float) -> tuple[str, ...]:
        """List the uploads that nobody has gone on with."""
        rows = await self._state.rows(
            "SELECT upload_id FROM chunks GROUP BY upload_id HAVING max(sent_at) < ?",
            time.time() - older_than_s,
        )
        return tuple(row[0] for row in rows)
