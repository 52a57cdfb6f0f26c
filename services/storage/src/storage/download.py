"""An answer that streams a file from Nextcloud, whole or in part."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

import httpx
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Send

from chassis.places import Places
from chassis.readers import taken_of
from contracts.errors import Conflict, Unavailable
from storage.paths import wire
from storage.webdav import WebDAVClient

_ASKED = ("range", "if-none-match", "if-range", "if-modified-since")
_PASSED_ON = ("content-length", "content-range", "etag", "last-modified")


class Download(StreamingResponse):
    """Opens the file when it is sent, so that one that fails is still answered as an error; ends when its caller leaves."""

    def __init__(
        self,
        request: Request,
        webdav: WebDAVClient,
        readers: Places,
        path: PurePosixPath,
    ) -> None:
        super().__init__(())
        self._request = request
        self._webdav = webdav
        self._readers = readers
        self._path = path

    async def stream_response(self, send: Send) -> None:
        asked = self._request.headers
        # Beyond ASCII there is no range, no time and no ETag.
        headers = {
            name: said
            for name in _ASKED
            if (said := asked.get(name)) and said.isascii()
        }
        method = self._request.method
        async with (
            self._readers.one(taken_of(self._request.scope)),
            self._webdav.get(self._path, headers, method=method) as found,
        ):
            await self._require_file(found)
            start = {
                "type": "http.response.start",
                "status": found.status_code,
                "headers": self._said(found),
            }
            await send(start)
            if method != "HEAD" and found.status_code != 304:
                async for piece in found.aiter_raw(256 * 1024):
                    part = {"type": "http.response.body", "body": piece}
                    await send({**part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

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
