"""
A multistatus document (RFC 4918 §13), cut into small ones while it arrives, and read off the loop.

What arrives is cut behind end tags of responses, and each piece gets the root's tags around it. In well-formed XML these
bytes are an end tag, or stand in a comment, a CDATA section or a processing instruction: a cut there, or inside another
element, leaves two halves that are not well-formed, and the document is refused. So is one with a DTD, or not in UTF-8.
"""

import asyncio
import re
from collections.abc import AsyncIterable, Sequence

from storage.resources import Resource
from storage.responses import Document, resources, unreadable

MAX_BYTES = 64 * 1024 * 1024
_READ_BYTES = 1024 * 1024
_RESPONSE_MAX_BYTES = 1024 * 1024
_SHORT_BYTES = 32 * 1024
"""What is shorter is read in less time than the way to a thread and back takes."""
_HEAD = re.compile(
    rb"""
    (?: \xef\xbb\xbf )?
    (?: <\?xml \s+ version \s*=\s* ["']1\.[0-9]["']
        (?: \s+ encoding \s*=\s* ["'](?i:utf-8)["'] )?
        (?: \s+ standalone \s*=\s* ["'](?:yes|no)["'] )? \s* \?> )?
    \s* < ( (?: [\w.-]+ : )? ) multistatus (?: \s [^<>]* )? >
    """,
    re.VERBOSE,
)


async def read(pieces: AsyncIterable[bytes]) -> list[Resource]:
    """
    Read the document that arrives in *pieces*; what is long off the loop.

    Raises:
        Unavailable: It is no multistatus, breaks off, or is longer than ``MAX_BYTES``.
    """
    cutter = Cutter()
    found: list[Resource] = []
    async for piece in pieces:
        for start in range(0, len(piece), _READ_BYTES):
            found += await _resources(cutter.feed(piece[start : start + _READ_BYTES]))
    return found + await _resources(cutter.close())


async def _resources(documents: Sequence[Document]) -> list[Resource]:
    if sum(len(one.responses) for one in documents) < _SHORT_BYTES:
        return resources(documents)
    return await asyncio.to_thread(resources, documents)


class Cutter:
    """
    Takes a document piece by piece, and gives small whole ones.

    Args:
        read_bytes: As much arrives before it is worth reading; the root's tag is always shorter.
        document_bytes: What it gives has no more, unless a single response has.

    Raises:
        Unavailable: It does not begin as a multistatus does, or it, or a response in it, is longer than any.
    """

    def __init__(
        self, *, read_bytes: int = _READ_BYTES, document_bytes: int = 128 * 1024
    ) -> None:
        self._read_bytes = read_bytes
        self._document_bytes = document_bytes
        self._size_bytes = 0
        self._rest = bytearray()
        self._head = self._end = self._tail = b""

    def feed(self, piece: bytes) -> list[Document]:
        """Give documents of what is complete with *piece*."""
        self._size_bytes += len(piece)
        if self._size_bytes > MAX_BYTES:
            raise unreadable("is longer than 64 MB")
        self._rest += piece
        if len(self._rest) < self._read_bytes:
            return []
        documents = self._cut(0)
        if len(self._rest) >= _RESPONSE_MAX_BYTES:
            raise unreadable("has a response of more than 1 MB")
        return documents

    def close(self) -> list[Document]:
        """Give what is left; its last document ends as the whole one does."""
        documents = self._cut(self._document_bytes)
        rest = bytes(self._rest).rstrip()
        tail = self._tail if rest.endswith(self._tail) else b""
        return [*documents, Document(self._head, rest.removesuffix(tail), tail)]

    def _cut(self, left_bytes: int) -> list[Document]:
        """Cut all complete responses off, unless no more than *left_bytes* are left."""
        if not self._head:
            self._begin()
        documents = []
        while len(self._rest) > left_bytes:
            end = self._rest.rfind(self._end, 0, self._document_bytes)
            if end < 0:
                end = self._rest.find(self._end)
            if end < 0:
                break
            end += len(self._end)
            responses = bytes(self._rest[:end])
            documents.append(Document(self._head, responses, self._tail))
            del self._rest[:end]
        return documents

    def _begin(self) -> None:
        found = _HEAD.match(self._rest)
        if found is None:
            raise unreadable("is none")
        self._head, prefix = found.group(0), found.group(1)
        self._end = b"</%sresponse>" % prefix
        self._tail = b"</%smultistatus>" % prefix
        del self._rest[: found.end()]
