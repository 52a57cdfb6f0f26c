"""
How long a caller may take: for a request's head, and between two pieces of its body.

uvicorn bounds neither: a head sent byte by byte kept its connection for as long as it came, before any key was asked for.
"""

import asyncio

from chassis.readers import PromptReaders

HEAD_S = 20.0
"""From the connection, or a next request's first byte, to the end of the head."""
STALL_S = 300.0
"""Between two pieces of a body: as long as storage waits, and n8n for an answer."""


class PromptCallers(PromptReaders):
    """
    Hangs up on heads that take longer than ``head_s`` and on bodies of which nothing comes for ``stall_s``.

    A body that goes on behind its answer has ``stall_s`` in all.
    """

    head_s = HEAD_S
    stall_s = STALL_S
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._expect(self.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self._deadline is None and self.timeout_keep_alive_task is None:
            # Blank lines between requests: uvicorn no longer counts the time, and no head has begun.
            self._expect(self.head_s)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expect(self.head_s)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._expect(self.stall_s)

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if not self.cycle.response_complete:
            self._expect(self.stall_s)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._expect(None)

    def _expect(self, within_s: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if within_s is not None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(within_s, self._late)

    def _late(self) -> None:
        self._deadline = None
        if self._answers():
            self._expect(self.head_s)
        elif self._waits_for_us():
            self._expect(self.stall_s)
        else:
            self.transport.abort()

    def _answers(self) -> bool:
        """Whether an answer is under way to what came whole: a next head that stalls behind it may not cut it off."""
        cycle = self.cycle
        return cycle is not None and not (cycle.more_body or cycle.response_complete)

    def _waits_for_us(self) -> bool:
        """Whether it is the service that does not read on, or has not yet asked for the body."""
        if self.flow.read_paused:
            return True
        cycle = self.cycle
        return cycle is not None and cycle.more_body and cycle.waiting_for_100_continue
