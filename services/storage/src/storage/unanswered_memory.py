"""Which files belong to calls that have no answer yet, across a kill."""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from storage.state import State


@dataclass(frozen=True, slots=True)
class UnansweredFile:
    """
    A file of a call that has no answer yet.

    ``etag`` is empty while Nextcloud has not said that it was created; ``stamp`` is the creation time, in seconds since
    1970, that it was given, or 0.
    """

    path: str
    call_id: str
    size_bytes: int
    sha256: str
    etag: str
    stamp: int
    made_at: float


class UnansweredMemory:
    """By path and call."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def files(self) -> tuple[UnansweredFile, ...]:
        """List the files of all calls."""
        rows = await self._state.rows("SELECT * FROM unanswered")
        return tuple(UnansweredFile(*row) for row in rows)

    async def keep(self, file: UnansweredFile) -> None:
        await self._state.rows(
            "INSERT OR REPLACE INTO unanswered VALUES (?, ?, ?, ?, ?, ?, ?)",
            *astuple(file),
        )

    async def drop(self, path: str, call_id: str) -> None:
        await self._state.rows(
            "DELETE FROM unanswered WHERE path = ? AND call_id = ?", path, call_id
        )

    async def answered(self, paths: Iterable[str]) -> None:
        """
        Drop all rows of *paths*: what is there stays.

        On the disk before this returns: a row that came back after a power cut would take a file that an answer named.
        """
        await self._state.rows(
            "DELETE FROM unanswered WHERE path IN (SELECT value FROM json_each(?))",
            json.dumps(list(paths)),
            is_flushed=True,
        )
