"""
How long a caller may leave its answer unread.

uvicorn sets no bound: who asks for a large file and reads nothing of it would keep the file open, and the connection
to whom it comes from, for ever.
"""

import asyncio

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
        unread_bytes = self.transport.get_write_buffer_size()
        if self._look is None and unread_bytes:
            self._look = self.loop.call_later(
                self.unread_s, self._look_again, unread_bytes
            )

    def _look_again(self, before_bytes: int) -> None:
        """More than *before_bytes* means that they were taken: only then is more written."""
        self._look = None
        if self.transport.get_write_buffer_size() == before_bytes:
            self.transport.abort()
        else:
            self._watch()
