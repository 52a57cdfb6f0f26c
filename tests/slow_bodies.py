"""JSON that is begun, and goes on when it is told to."""

import asyncio
from collections.abc import AsyncIterator

JSON = {"Content-Type": "application/json"}


class Slow:
    """Bodies that pause behind their first *begun_bytes*; ``read_on`` counts those that were asked for more."""

    def __init__(self, begun_bytes: int) -> None:
        self._begun_bytes = begun_bytes
        self.read_on = 0
        self.goes_on = asyncio.Event()

    async def body(self) -> AsyncIterator[bytes]:
        begun = b'{"text": "'
        yield begun + b"x" * (self._begun_bytes - len(begun))
        self.read_on += 1
        await self.goes_on.wait()
        yield b'"}'
