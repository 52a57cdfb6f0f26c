"""Answers that stream a file from an outside system: who reads slowly keeps nobody else out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from chassis.places import Places

MANY_READ = "Too many files are being read at once. Ask for this one again."
SLOW_S = 0.5
"""With 8 places and a wait of 30 s for one, 480 callers who read nothing may stand before the next."""


@dataclass(frozen=True)
class FileAnswer:
    """What is answered; *pieces* are small, as what is written and not read lies in memory."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    pieces: AsyncIterator[bytes]

    @property
    def length_bytes(self) -> int | None:
        """As its head says; None where it does not."""
        said = (v for name, v in self.headers if name.lower() == b"content-length")
        return next(map(int, said), None)


Opened = Callable[[int], AbstractAsyncContextManager[FileAnswer]]
"""Opens what is read again after so many bytes of it."""


class Download(StreamingResponse):
    """
    Opens its file when it is sent, so that one that fails is still answered as an error; ends when its caller leaves.

    A caller who takes nothing for ``SLOW_S`` while others wait gives up his place, and what is open for him, until he has
    taken what he was sent.
    """

    def __init__(self, places: Places, opened: Opened) -> None:
        super().__init__(())
        self._places = places
        self._opened = opened

    async def stream_response(self, send: Send) -> None:
        sent_bytes, whole_bytes, late = 0, None, None
        try:
            while sent_bytes != whole_bytes:
                async with self._places.one(), self._opened(sent_bytes) as answer:
                    if not sent_bytes:
                        whole_bytes = answer.length_bytes
                        await send(_start(answer))
                    async for piece in answer.pieces:
                        sent_bytes += len(piece)
                        late = await self._late(asyncio.create_task(_sent(send, piece)))
                        if late is not None:
                            break
                del answer  # and all that was read ahead for it
                if late is None:
                    break
                await late
                late = None
        finally:
            if late is not None:  # its caller left while the file was being closed
                late.cancel()
        await send({"type": "http.response.body", "body": b""})

    async def _late(self, sending: asyncio.Task[None]) -> asyncio.Task[None] | None:
        """Wait until the caller has room for more; give back what he has no room for while others wait."""
        try:
            while not (await asyncio.wait([sending], timeout=SLOW_S))[0]:
                if self._places.waited_for:
                    return sending
        except asyncio.CancelledError:
            sending.cancel()
            raise
        await sending
        return None


async def _sent(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})


def _start(answer: FileAnswer) -> Message:
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": answer.headers,
    }
