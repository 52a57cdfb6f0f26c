"""Which updates are done with, so that what is kept on disk never runs ahead of what was handled."""

from collections import deque
from dataclasses import dataclass, field

from pyrogram.storage import UpdateState


@dataclass(eq=False)
class Entry:
    """One received update."""

    is_settled: bool = False

    def settle(self) -> None:
        """Count the update as done: it need not come again after a crash."""
        self.is_settled = True


@dataclass
class UpdateLedger:
    """
    Positions in the order received, each waiting for the ones before it.

    ``id`` of a position names its sequence, see `updates`.
    """

    _open: dict[int, deque[tuple[Entry, UpdateState]]] = field(default_factory=dict)

    def enter(self, *positions: UpdateState) -> Entry:
        """Note an update that has been received, and where each sequence stands right behind it; settle the entry once it was handled."""
        entry = Entry()
        for position in positions:
            self._open.setdefault(position.id, deque()).append((entry, position))
        return entry

    def settled(self) -> list[UpdateState]:
        """
        The newest position of each sequence before which nothing is open, where it moved since the last call.

        Only these may be kept: from there Telegram sends again all that was not handled.
        """
        moved = []
        for entries in self._open.values():
            newest = None
            while entries and entries[0][0].is_settled:
                newest = entries.popleft()[1]
            if newest is not None:
                moved.append(newest)
        return moved

    @property
    def open_count(self) -> int:
        """How many received updates are not settled."""
        entries = {entry for line in self._open.values() for entry, _ in line}
        return sum(not entry.is_settled for entry in entries)
