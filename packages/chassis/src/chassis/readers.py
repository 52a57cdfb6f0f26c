"""
How long a caller may leave its answer unread.

uvicorn sets no bound: who asks for a large file and reads nothing of it would keep the file open, and the connection
to whom it comes from, for ever.
"""

import asyncio
import socket
import struct
import sys

from starlette.types import Scope

from chassis.heads import BoundedHeads
from chassis.places import Taken

UNREAD_S = 300.0
"""As long as a body may stall on its way in: a notifier that obeys a flood wait reads on within it."""
_TAKEN = "etm.taken"


def taken_of(scope: Scope) -> Taken | None:
    """Give what counts the bytes that the caller of a request has taken; none where no `PromptReaders` serves it."""
    extensions = scope.get("extensions", {})
    taken: Taken | None = extensions.get(_TAKEN, {}).get("count")
    return taken


class PromptReaders(BoundedHeads):
    """Hangs up where nothing of an answer is taken for ``unread_s``; who reads slowly is waited for."""

    unread_s = UNREAD_S
    _look: asyncio.TimerHandle | None = None

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self.scope["extensions"] = {_TAKEN: {"count": self._taken_while_more_waits}}

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self._look is None and self.transport.get_write_buffer_size():
            self._look = self.loop.call_later(
                self.unread_s, self._look_again, self._taken()
            )

    def _look_again(self, before: int) -> None:
        self._look = None
        if self.transport.get_write_buffer_size() and self._taken() == before:
            self.transport.abort()
        else:
            self._watch()

    def _taken_while_more_waits(self) -> int | None:
        gone = self.transport.is_closing()
        waits = not gone and self.transport.get_write_buffer_size()
        return self._taken() if waits else None

    def _taken(self) -> int:
        """
        Count what the other end has taken so far.

        What waits in this process tells less: the system takes more of it only once a third of what it holds itself has
        gone, up to 1.4 MB, and who read less than that within ``unread_s`` was hung up on.

        Source: linux/tcp.h, ``tcp_info.tcpi_bytes_acked``, at byte 120 since Linux 4.1.
        """
        if sys.platform != "linux":
            return self.transport.get_write_buffer_size()
        link: socket.socket = self.transport.get_extra_info("socket")
        info = link.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 128)
        return int(struct.unpack_from("=Q", info, 120)[0])
