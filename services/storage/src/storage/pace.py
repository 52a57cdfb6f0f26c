"""How much the line carries: what goes as one PUT, and how large a chunk is."""

from storage.limits import SinglePutLimit

MIN_CHUNK_BYTES = 1024 * 1024
CHUNK_S = 4.0
"""How long one chunk should take: what a cut connection loses."""
_UNHELD = 8


class Pace:
    """
    Learns from each chunk and from each PUT of a chunk's size or more, from the moment it was asked of the caller until
    Nextcloud had it.

    On a slow line chunks are small and held in memory. Where eight chunks of *held_max_bytes* take less than
    ``CHUNK_S`` they go as one that is not held: on such a line the round trips are what costs, and what breaks off is
    soon sent again by the caller's repeat.

    Args:
        held_max_bytes: As much of an upload as may lie in memory, to be sent again.
        limit: No request is larger.
    """

    def __init__(self, held_max_bytes: int, limit: SinglePutLimit) -> None:
        self._held_max_bytes = held_max_bytes
        self._limit = limit
        self._wanted_bytes = held_max_bytes

    @property
    def quick_bytes(self) -> int:
        """What goes in ``CHUNK_S``: too little to be worth cutting."""
        return self._wanted_bytes

    def holds(self, size_bytes: int) -> bool:
        """Whether a chunk of *size_bytes* is held in memory."""
        return size_bytes <= self._held_max_bytes

    def next_bytes(self, left_bytes: int | None) -> int:
        """Say how large the next chunk of an upload is of which *left_bytes* are left, where that is known."""
        unheld = _UNHELD * self._held_max_bytes
        if left_bytes is None or self._wanted_bytes < unheld:
            most = min(self._held_max_bytes, self._wanted_bytes)
        else:
            most = unheld
        return min(most, self._limit.max_bytes)

    def took(self, size_bytes: int, seconds: float) -> None:
        """Remember how long a chunk took."""
        wanted = int(size_bytes / max(seconds, 0.001) * CHUNK_S)
        self._wanted_bytes = max(wanted, MIN_CHUNK_BYTES)

    def put_took(self, size_bytes: int, seconds: float) -> None:
        """Remember how long a single PUT took; of a small one most was not the line's."""
        if size_bytes >= self._held_max_bytes:
            self.took(size_bytes, seconds)

    async def refused(self, size_bytes: int | None) -> None:
        """Halve what one request may have: the server's limit is below *size_bytes*, nobody knows how far."""
        if size_bytes is not None:
            await self._limit.refused(size_bytes // 2 + 1)
