"""Calls of the storage service."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

import httpx

from contracts.cards import Card, CardRequest
from contracts.client import OpenBody, ServiceClient
from contracts.errors import Unavailable
from contracts.files import Chantier, StoredFile
from contracts.paging import Page
from contracts.ranges import goes_on

UPLOAD_TIMEOUT_S = 600.0


@dataclass(frozen=True)
class OpenFile:
    """A file that is being read; *pieces* may be read once, while it is open."""

    size_bytes: int
    pieces: AsyncIterator[bytes]


class StorageClient(ServiceClient):
    async def chantiers(
        self, *, limit: int = 10, q: str = "", cursor: str | None = None
    ) -> Page[Chantier]:
        """List the chantiers, newest first by their date prefix."""
        params = {"limit": limit, "q": q or None, "cursor": cursor}
        response = await self._call("GET", "/storage/chantiers", params=params)
        return Page[Chantier].model_validate_json(response.content)

    async def put_file(
        self,
        path: PurePosixPath,
        body: OpenBody,
        *,
        media_type: str = "application/octet-stream",
        size_bytes: int | None = None,
        taken_at: str | None = None,
    ) -> StoredFile:
        """
        Stream one file to *path*, relative to the root; the same content twice stays one file.

        Args:
            path: Its folders are made where they are missing.
            body: Opened anew for each try.
            media_type: Of the content.
            size_bytes: Sent as Content-Length when known, else the body goes in chunks.
            taken_at: RFC 3339; becomes the file's time of modification.

        Raises:
            ServiceError: As storage answered.
        """
        headers = {"Content-Type": media_type}
        if size_bytes is not None:
            headers["Content-Length"] = str(size_bytes)
        response = await self._call(
            "PUT",
            f"/storage/files/{quote(str(path))}",
            params={"taken_at": taken_at},
            headers=headers,
            body=body,
            timeout_s=UPLOAD_TIMEOUT_S,
        )
        return StoredFile.model_validate_json(response.content)

    @asynccontextmanager
    async def open_file(self, path: str) -> AsyncIterator[OpenFile]:
        """
        Read one file as a stream; one that breaks off is read on from there.

        Raises:
            ServiceError: As storage answered; `Unavailable` also when it breaks off again before it brought anything, or the
                file was changed meanwhile.
        """
        target = f"/storage/files/{quote(path.lstrip('/'))}"
        async with AsyncExitStack() as opened:
            response = await opened.enter_async_context(self._stream("GET", target))
            length = response.headers.get("Content-Length", "")
            if not length.isdecimal():
                raise Unavailable(f"Storage does not say how large {path!r} is.")
            yield OpenFile(int(length), self._pieces(target, response, opened))

    async def _pieces(
        self, target: str, response: httpx.Response, opened: AsyncExitStack
    ) -> AsyncIterator[bytes]:
        """A notifier that obeys a long flood wait takes nothing meanwhile, and storage hangs up on it."""
        etag = response.headers.get("ETag", "")
        read_bytes = 0
        while True:
            before = read_bytes
            try:
                async for piece in response.aiter_bytes():
                    read_bytes += len(piece)
                    yield piece
            except httpx.RequestError:
                # A weak ETag does not tell one byte from another (RFC 9110 §13.1.5).
                if read_bytes == before or not etag.startswith('"'):
                    raise
            else:
                return
            rest = {"Range": f"bytes={read_bytes}-", "If-Range": etag}
            response = await opened.enter_async_context(
                self._stream("GET", target, headers=rest)
            )
            if not goes_on(response, read_bytes):
                raise Unavailable(
                    "The file broke off and cannot be read on: it may be another by now. Read it again."
                )

    async def card(self, reference: str) -> Card:
        """Say where the card of *reference* is now."""
        response = await self._call(
            "GET", f"/storage/cards/{quote(reference, safe='')}"
        )
        return Card.model_validate_json(response.content)

    async def put_card(self, reference: str, card: CardRequest) -> Card:
        """Make or update the one card of *reference*."""
        response = await self._call(
            "PUT",
            f"/storage/cards/{quote(reference, safe='')}",
            json=card.model_dump(mode="json", exclude_none=True),
        )
        return Card.model_validate_json(response.content)
