"""How large a single PUT may be: as set, or less where the server or the line has shown it."""

from collections import OrderedDict
from pathlib import PurePosixPath
from typing import Self

from storage.state import State

_FIGURE = "single_put_max_bytes"
_REMEMBERED = 1000


class SinglePutLimit:
    """Learns from a 413, across restarts, and from a PUT that broke off, for the next try at the same path."""

    def __init__(self, state: State, max_bytes: int) -> None:
        self._state = state
        self.max_bytes = max_bytes
        self._broken_off: OrderedDict[PurePosixPath, None] = OrderedDict()

    @classmethod
    async def read(cls, state: State, set_bytes: int) -> Self:
        """Take what was learnt where it is below what is set."""
        return cls(state, min(set_bytes, await state.figure(_FIGURE, set_bytes)))

    def allows(self, path: PurePosixPath, size_bytes: int | None) -> bool:
        """Whether a single PUT is the way; an unknown length goes in chunks, as Apache may refuse it."""
        known_small = size_bytes is not None and size_bytes <= self.max_bytes
        return known_small and path not in self._broken_off

    def broke_off(self, path: PurePosixPath) -> None:
        """Remember that a large PUT to *path* did not get through: chunks can be resumed."""
        self._broken_off[path] = None
        while len(self._broken_off) > _REMEMBERED:
            self._broken_off.popitem(last=False)

    async def refused(self, size_bytes: int | None) -> None:
        """Lower the limit after a 413 to *size_bytes*."""
        if size_bytes is not None and size_bytes <= self.max_bytes:
            self.max_bytes = size_bytes - 1
            await self._state.set_figure(_FIGURE, self.max_bytes)
