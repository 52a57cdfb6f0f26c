"""A stream cut into chunks."""

from collections.abc import AsyncIterator

from storage.body import Body


class Cut:
    """Gives one stream chunk by chunk."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self._source = source
        self._rest = b""

    async def chunk(self, size_bytes: int) -> Body:
        """Read the next chunk into memory; an empty one at the end."""
        body = Body(self._take(size_bytes), window_bytes=size_bytes)
        await body.settle()
        return body

    async def _take(self, size_bytes: int) -> AsyncIterator[bytes]:
        while size_bytes:
            piece = self._rest or await anext(self._source, b"")
            if not piece:
                return
            self._rest = piece[size_bytes:]
            taken = piece[:size_bytes]
            size_bytes -= len(taken)
            yield taken
