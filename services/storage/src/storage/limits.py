"""How large a single PUT may be: as set, more on a fast line, less where the server or the line has shown it."""

from collections import OrderedDict
from pathlib import PurePosixPath
from typing import Self

from storage.state import State

_FIGURE = "single_put_max_bytes"
_REMEMBERED = 1000
UNPROVED_MAX_BYTES = 512 * 1024 * 1024
"""As much is tried above what is set: the nginx of Nextcloud's own manual takes no more, Apache 1 GiB."""


class SinglePutLimit:
    """
    Learns from a 413, across restarts, and from a PUT that broke off, for the next try at the same path.

    ``max_bytes`` is what a PUT may have on any line.
    """

    def __init__(self, state: State, set_bytes: int, refused_above: int | None) -> None:
        self._state = state
        self._refused_above = refused_above
        self.max_bytes = min(set_bytes, refused_above or set_bytes)
        self._broken_off: OrderedDict[PurePosixPath, None] = OrderedDict()

    @classmethod
    async def read(cls, state: State, set_bytes: int) -> Self:
        """Take what was learnt where it is below what is set."""
        rows = await state.rows("SELECT value FROM figures WHERE name = ?", _FIGURE)
        return cls(state, set_bytes, int(rows[0][0]) if rows else None)

    def allows(
        self, path: PurePosixPath, size_bytes: int | None, quick_bytes: int
    ) -> bool:
        """
        Whether a single PUT is the way; an unknown length goes in chunks, as Apache may refuse it.

        Args:
            path: Where to.
            size_bytes: How long the file is.
            quick_bytes: What the line carries in so little time that cutting it is not worth it.
        """
        if size_bytes is None or path in self._broken_off:
            return False
        if self._refused_above is not None:
            # How far below is anybody's guess, and each wrong one costs the caller a repeat.
            quick_bytes = 0
        most_bytes = min(quick_bytes, UNPROVED_MAX_BYTES)
        return size_bytes <= max(self.max_bytes, most_bytes)

    def broke_off(self, path: PurePosixPath) -> None:
        """Remember that a large PUT to *path* did not get through: chunks can be resumed."""
        self._broken_off[path] = None
        while len(self._broken_off) > _REMEMBERED:
            self._broken_off.popitem(last=False)

    async def refused(self, size_bytes: int | None) -> None:
        """Lower the limit after a 413 to *size_bytes*."""
        if size_bytes is None or size_bytes > (self._refused_above or size_bytes):
            return
        self._refused_above = size_bytes - 1
        self.max_bytes = min(self.max_bytes, self._refused_above)
        await self._state.rows(
            "INSERT OR REPLACE INTO figures VALUES (?, ?)",
            _FIGURE,
            self._refused_above,
        )
