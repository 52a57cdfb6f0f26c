"""
How long a caller may leave its answer unread.

uvicorn sets no bound: who asks for a large file and reads nothing of it would keep the file open, and the connection
to whom it comes from, for ever.
"""

import asyncio
import socket
import struct
import sys

from chassis.heads import BoundedHeads

UNREAD_S = 300.0
"""As long as a body may stall on its way in: a notifier that obeys a flood wait reads on within it."""


class PromptReaders(BoundedHeads):
    """Hangs up where nothing of an answer is taken for ``unread_s``; who reads slowly is waited for."""

    unread_s = UNREAD_S
    _look: asyncio.TimerHandle | None = None

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
