"""A stream cut into chunks."""

from collections.abc import AsyncIterator

from storage.body import Body


class Cut:
    """Gives one stream chunk by chunk; ``given_bytes`` is how much of it was read from the chunks given."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self.given_bytes = 0
        self._source = source
        self._rest = b""

    async def held(self, size_bytes: int) -> Body:
        """Read the next chunk into memory; an empty one at the end."""
        body = Body(self._take(size_bytes), window_bytes=size_bytes)
        await body.settle()
        return body

    def unheld(self, size_bytes: int) -> Body:
        """Give the next chunk, of exactly *size_bytes*, to be read once before another is asked for."""
        return Body(self._take(size_bytes), size_bytes=size_bytes, window_bytes=0)

    async def _take(self, size_bytes: int) -> AsyncIterator[bytes]:
        while size_bytes:
            piece = self._rest or await anext(self._source, b"")
            if not piece:
                return
            self._rest = piece[size_bytes:]
            taken = piece[:size_bytes]
            size_bytes -= len(taken)
            self.given_bytes += len(taken)
            yield taken
