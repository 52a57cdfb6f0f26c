"""
What stands before and between the bytes of a body: no more of it than any caller needs.

httptools keeps a header until it is complete and uvicorn sets it no limit, so one without an end would fill the memory,
before any key was asked for.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
"""As much as uvicorn takes where h11 reads for it."""


class BoundedHeads(HttpToolsProtocol):
    """Hangs up on a request line, headers, chunk extensions or trailers above ``MAX_HEAD_BYTES`` and one read."""

    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        self._head_bytes = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        super().on_message_complete()
