"""Nextcloud's own file locks: shared while a request works on a path, exclusive while it changes it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.peers.nextcloud.errors import locked
from tests.peers.nextcloud.paths import Parts


class Locks:
    """In memory only. :meth:`leak` plays the Redis bug that leaves shared locks behind (nextcloud/server#48689)."""

    def __init__(self) -> None:
        self._shared: Counter[Parts] = Counter()
        self._exclusive: set[Parts] = set()

    def leak(self, parts: Parts, holders: int) -> None:
        self._shared[parts] += holders

    @contextmanager
    def shared(self, parts: Parts) -> Iterator[None]:
        """Hold a shared lock. Raises 423 while somebody changes the path."""
        if parts in self._exclusive:
            raise locked("/".join(parts), "exclusive")
        self._shared[parts] += 1
        try:
            yield
        finally:
            self._shared[parts] -= 1

    @contextmanager
    def creating(self, parts: Parts) -> Iterator[None]:
        """Only one request at a time may upload what is not there yet: the next is refused at once."""
        upload = (*parts[:-1], parts[-1] + ".upload.part")
        if upload in self._exclusive:
            raise locked("/".join(parts), "exclusive")
        self._exclusive.add(upload)
        try:
            yield
        finally:
            self._exclusive.discard(upload)

    @contextmanager
    def upgraded(self, parts: Parts) -> Iterator[None]:
        """Turn one's shared lock into an exclusive one. Raises 423 when anybody else shares the path."""
        holders = self._shared[parts]
        if holders > 1:
            raise locked("/".join(parts), f"{holders} shared locks")
        if parts in self._exclusive:
            raise locked("/".join(parts), "exclusive")
        self._exclusive.add(parts)
        try:
            yield
        finally:
            self._exclusive.discard(parts)

    def state(self, parts: Parts) -> str:
        """Why *parts* cannot be deleted or moved: a lock on it or below it, else an empty string."""
        held = sum(
            count for path, count in self._shared.items() if path[: len(parts)] == parts
        )
        return f"{held} shared locks" if held else ""
