"""A file of Nextcloud as an answer, whole or in part."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from urllib.parse import quote

import httpx
from starlette.requests import Request

from chassis.downloads import FileAnswer
from contracts.errors import Conflict, Unavailable
from contracts.ranges import goes_on, part_of
from storage.paths import wire
from storage.webdav import WebDAVClient

_ASKED = ("range", "if-none-match", "if-range", "if-modified-since")
_PASSED_ON = ("content-length", "content-range", "etag", "last-modified")
_PIECE_BYTES = 64 * 1024


class AskedFile:
    """What one caller has asked for of the file at *path*."""

    def __init__(
        self, request: Request, webdav: WebDAVClient, path: PurePosixPath
    ) -> None:
        # Beyond ASCII there is no range, no time and no ETag.
        self._asked: Mapping[str, str] = {
            name: said
            for name in _ASKED
            if (said := request.headers.get(name)) and said.isascii()
        }
        self._method = request.method
        self._webdav = webdav
        self._path = path
        self._etag = ""
        self._part: tuple[int, int | None] | None = None

    @asynccontextmanager
    async def opened(self, sent_bytes: int) -> AsyncIterator[FileAnswer]:
        """
        Open it, or what is left of it after *sent_bytes*.

        Raises:
            ServiceError: It cannot be read, or is not the same any more.
        """
        first, headers = self._rest(sent_bytes) if sent_bytes else (0, self._asked)
        async with self._webdav.get(self._path, headers, method=self._method) as found:
            if not sent_bytes:
                await self._require_file(found)
                self._note(found)
            elif not goes_on(found, first):
                raise _no_rest()
            yield FileAnswer(
                found.status_code, self._said(found), found.aiter_raw(_PIECE_BYTES)
            )

    def _note(self, found: httpx.Response) -> None:
        """Keep what it takes to ask for the rest; several ranges in one answer do not say where they begin."""
        self._etag = found.headers.get("etag", "")
        self._part = (0, None) if found.status_code == 200 else part_of(found)

    def _rest(self, sent_bytes: int) -> tuple[int, Mapping[str, str]]:
        # A weak ETag does not tell one byte from another (RFC 9110 §13.1.5).
        if self._part is None or not self._etag.startswith('"'):
            raise _no_rest()
        first, last = self._part[0] + sent_bytes, self._part[1]
        asked = f"bytes={first}-{'' if last is None else last}"
        return first, {"Range": asked, "If-Range": self._etag}

    async def _require_file(self, found: httpx.Response) -> None:
        """
        Refuse what is no file: to a folder Nextcloud answers 200 and a sentence on WebDAV, as a page.

        Each of its files has an ``OC-ETag``; a page of somebody else's, who wants a sign-in say, has none.
        """
        is_page = "html" in found.headers.get("content-type", "")
        if "oc-etag" in found.headers or found.status_code == 304 or not is_page:
            return
        there = await self._webdav.stat(self._path)
        if there is not None and there.is_folder:
            raise Conflict(
                f"{wire(self._path) or 'The root'} is a folder; GET /storage/files?path=… lists it.",
                code="not_a_file",
            )
        raise Unavailable(
            f"A web page came in place of {wire(self._path)}: does something before Nextcloud want a sign-in?",
            code="nextcloud_unreadable",
        )

    def _said(self, found: httpx.Response) -> list[tuple[bytes, bytes]]:
        kind = found.headers.get("content-type", "application/octet-stream")
        said: Mapping[str, str] = {
            "content-type": kind,
            "accept-ranges": "bytes",
            "content-disposition": f"attachment; filename*=UTF-8''{quote(self._path.name, safe='')}",
            **{
                name: found.headers[name]
                for name in _PASSED_ON
                if name in found.headers
            },
        }
        return [
            (name.encode(), value.encode("latin-1")) for name, value in said.items()
        ]


def _no_rest() -> Unavailable:
    return Unavailable(
        "The rest of the file cannot be told from another's: it may have changed. Ask for the file again."
    )
