"""
What stands before and between the bytes of a body: no more of it than any caller needs.

httptools keeps a header until it is complete and uvicorn sets it no limit, so one without an end would fill the memory,
before any key was asked for.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
"""As much as uvicorn takes where h11 reads for it."""


class BoundedHeads(HttpToolsProtocol):
    """
    Hangs up on a request line, headers, chunk extensions or trailers above ``MAX_HEAD_BYTES`` and one read.

    So it does on a body behind an offer to upgrade (``h2c``, as Java's client makes it): httptools skips that body, and
    the file in it would be kept as an empty one.
    """

    _head_bytes = 0
    _skips_body = False

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")
        elif self._skips_body and not self.transport.is_closing():
            self.send_400_response("Send a body without the header Upgrade.")

    def on_headers_complete(self) -> None:
        self._head_bytes = 0
        super().on_headers_complete()
        self._skips_body = self.parser.should_upgrade() and any(
            name == b"transfer-encoding"
            or (name == b"content-length" and value != b"0")
            for name, value in self.headers
        )

    def on_body(self, body: bytes) -> None:
        self._head_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        # Not for a skipped body: whoever reads it waits, and hears that the caller left.
        if not self._skips_body:
            super().on_message_complete()
