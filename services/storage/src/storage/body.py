"""A body that is read once, hashed on the way, and whose beginning can be sent again."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

from contracts.errors import Rejected

WINDOW_BYTES = 1024 * 1024
"""What one upload may hold in memory: photos from Telegram fit (some 300 KB), so that a try can be repeated."""

_BLOCK_BYTES = 512 * 1024
"""
Each goes to a thread, to httpx and through the loop: 300 MB took 7 % less processor time than in blocks of half the
size, and in such of twice the size 6 % less again, but four uploads grew by 14 MiB then.
"""


class Body:
    """
    What a caller sends.

    Args:
        source: Its pieces, read once.
        size_bytes: As announced, or ``None``.
        most_bytes: What it cannot be larger than, where only this is known; it is not held to that.
        window_bytes: How much of the beginning is kept.
    """

    def __init__(
        self,
        source: AsyncIterator[bytes],
        *,
        size_bytes: int | None = None,
        most_bytes: int | None = None,
        window_bytes: int = WINDOW_BYTES,
    ) -> None:
        self.announced_bytes = size_bytes
        self._most_bytes = most_bytes if size_bytes is None else size_bytes
        self.size_bytes = 0
        self.ended = False
        self._broke_off = False
        self._source = source
        self._window_bytes = window_bytes
        self._kept: list[bytes] | None = []
        self._hash = hashlib.sha256()

    @property
    def is_small(self) -> bool:
        """Whether it is known beforehand to fit into memory."""
        return self._most_bytes is not None and self._most_bytes <= WINDOW_BYTES

    @property
    def begun(self) -> bool:
        """Whether any of it was read."""
        return self.ended or self.size_bytes > 0

    @property
    def replayable(self) -> bool:
        """Whether iterating once more begins at the start again."""
        return self._kept is not None

    @property
    def whole(self) -> bool:
        """Whether all of it is in memory: then the hash is known before anything is sent."""
        return self.ended and self.replayable

    @property
    def length_bytes(self) -> int | None:
        """How long it is, where that is known before it was read."""
        return self.size_bytes if self.whole else self.announced_bytes

    @property
    def sha256(self) -> str:
        """The hexadecimal hash of what was read so far; of all once `ended`."""
        return self._hash.hexdigest()

    async def settle(self) -> None:
        """Read ahead until the window is full or the body ends."""
        while not self.ended and self._kept is not None:
            if self.size_bytes > self._window_bytes:
                return
            piece = await self._next()
            if piece:
                self._hash.update(piece)
                self._kept.append(piece)

    def release(self) -> None:
        """
        Let go of what is kept.

        httpx's answers form cycles with their requests, so the content would stay until the collector's rare third
        generation: a 300 MB upload in chunks grew by 97 MiB.
        """
        self._kept = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in tuple(self._kept or ()):
            yield piece
        while not self.ended:
            if block := await self._block():
                self._kept = None
                # Its hash and its way through the sockets each take as long.
                hashing = asyncio.get_running_loop().run_in_executor(
                    None, self._hash.update, block
                )
                try:
                    yield block
                finally:
                    await hashing

    async def drain(self) -> None:
        """Read to the end for the hash's sake."""
        async for _ in self:
            pass

    async def _block(self) -> bytes:
        """Read on until there is enough to be worth handing on: pieces come as the socket gives them."""
        pieces, size_bytes = [], 0
        while not self.ended and size_bytes < _BLOCK_BYTES:
            piece = await self._next()
            pieces.append(piece)
            size_bytes += len(piece)
        return b"".join(pieces)

    async def _next(self) -> bytes:
        if self._broke_off:
            raise Rejected("The body broke off; send it again.", code="body_truncated")
        # A source that failed, or whose reader was cancelled, says afterwards that it has ended.
        self._broke_off = True
        piece = await anext(self._source, None)
        self._broke_off = False
        if piece is None:
            self.ended = True
            self._require_announced()
            return b""
        self.size_bytes += len(piece)
        return piece

    def _require_announced(self) -> None:
        if self.announced_bytes not in {None, self.size_bytes}:
            raise Rejected(
                f"The body has {self.size_bytes} bytes, announced were {self.announced_bytes}; send it again.",
                code="body_truncated",
            )
