"""Nextcloud's files over WebDAV (RFC 4918), below one root folder."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

import httpx

from contracts.errors import NotFound
from storage import multistatus
from storage.body import Body
from storage.nextcloud import Call, Nextcloud
from storage.paths import depth_of, quoted
from storage.resources import PROPERTIES, Resource

_CREATED = (
    b'<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:nc="http://nextcloud.org/ns"><d:prop>'
    b"<nc:creation_time/></d:prop></d:propfind>"
)
_CREATED_TIME = re.compile(r"creation_time>([0-9]{1,12})</")
_XML = {"Content-Type": "application/xml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Written:
    """What Nextcloud says of a file that it took; ``sha256`` is its own, computed from what arrived."""

    status: int
    etag: str
    file_id: str
    sha256: str | None


class WebDAVClient:
    """
    Files and collections of the account's user.

    Args:
        nextcloud: Sends the requests, and knows whose files.
        root: All paths here are relative to it.
    """

    def __init__(self, nextcloud: Nextcloud, *, root: PurePosixPath) -> None:
        self._nextcloud = nextcloud
        self.root = root

    def url(self, file_id: str) -> str:
        """Give the address at which a person sees the file; valid wherever it is moved to."""
        return f"{self._nextcloud.base_url}/index.php/f/{file_id}"

    async def mkcol(self, path: PurePosixPath) -> bool:
        """
        Make one collection; ``False`` when there was something of that name.

        Raises:
            Conflict: Its parent is missing.
        """
        call = Call("MKCOL", await self._href(path), answers=frozenset({405}))
        return (await self._nextcloud.send(call)).status_code == 201

    async def put(
        self, path: PurePosixPath, body: Body, headers: Mapping[str, str]
    ) -> Written:
        """
        Write one file, of which the length is known.

        Returns:
            ``status`` 201 or 204, or 412 where a condition in *headers* does not hold, 409 on a collection.

        Raises:
            NotFound: Its folder is missing.
        """
        call = Call(
            "PUT",
            await self._href(path),
            {"X-Hash": "sha256", "Content-Length": str(body.length_bytes), **headers},
            content=body,
            answers=frozenset({409, 412}),
        )
        return written(await self._nextcloud.send(call))

    async def sha256(self, path: PurePosixPath) -> str | None:
        """Have Nextcloud hash what it holds; ``None`` where it cannot."""
        call = Call("PATCH", await self._href(path), {"X-Recalculate-Hash": "sha256"})
        response = await self._nextcloud.send(call)
        kind, _, value = response.headers.get("oc-checksum", "").partition(":")
        return value.lower() if kind.upper() == "SHA256" else None

    async def move(
        self,
        source: str,
        target: PurePosixPath,
        headers: Mapping[str, str],
        *,
        stalled_s: float,
    ) -> Written:
        """Move what lies at the URL path *source*; ``status`` 412 where *target* exists and may not be replaced."""
        call = Call(
            "MOVE",
            source,
            {
                "Destination": await self.destination(target),
                "X-Hash": "sha256",
                **headers,
            },
            answers=frozenset({412}),
            once=True,
            stalled_s=stalled_s,
        )
        return written(await self._nextcloud.send(call))

    async def delete(
        self, path: PurePosixPath, headers: Mapping[str, str] | None = None
    ) -> bool:
        """Move to the trash bin; ``False`` when there was nothing."""
        call = Call(
            "DELETE", await self._href(path), headers or {}, answers=frozenset({404})
        )
        return (await self._nextcloud.send(call)).status_code != 404

    async def stat(self, path: PurePosixPath) -> Resource | None:
        """Look at one file or collection; ``None`` when there is none."""
        try:
            resources = await propfind(self._nextcloud, await self._href(path), depth=0)
        except NotFound:
            return None
        return resources[0] if resources else None

    async def created_at(self, path: PurePosixPath) -> int:
        """Read the creation time that a file was given by ``X-OC-CTime``, in seconds since 1970; 0 without one."""
        headers = {"Depth": "0", **_XML}
        call = Call("PROPFIND", await self._href(path), headers, content=_CREATED)
        response = await self._nextcloud.send(call)
        found = _CREATED_TIME.search(response.text)
        return int(found.group(1)) if found else 0

    async def members(
        self, path: PurePosixPath
    ) -> tuple[Resource, tuple[Resource, ...]]:
        """
        List a collection.

        Returns:
            The collection itself, as of before its members were read, and its members.

        Raises:
            NotFound: There is none.
        """
        href = await self._href(path)
        resources = await propfind(self._nextcloud, href, depth=1)
        own = depth_of(self._base_path() + href)
        itself = next((one for one in resources if one.depth == own), None)
        if itself is None:
            raise NotFound(f"Nextcloud has nothing at {path}.")
        return itself, tuple(one for one in resources if one.depth == own + 1)

    @asynccontextmanager
    async def get(
        self, path: PurePosixPath, headers: Mapping[str, str], *, method: str = "GET"
    ) -> AsyncIterator[httpx.Response]:
        """Open one file's content, not decoded; ``status`` 200, 206 or 304."""
        call = Call(
            method,
            await self._href(path),
            {"Accept-Encoding": "identity", **headers},
            answers=frozenset({304}),
        )
        async with self._nextcloud.stream(call) as response:
            yield response

    async def destination(self, path: PurePosixPath) -> str:
        """Give the absolute URL of *path* for a ``Destination`` header."""
        return self._nextcloud.base_url + await self._href(path)

    async def _href(self, path: PurePosixPath) -> str:
        user = quote(await self._nextcloud.user_id(), safe="")
        home = f"/remote.php/dav/files/{user}"
        return "/".join(filter(None, (home, quoted(self.root), quoted(path))))

    def _base_path(self) -> str:
        return httpx.URL(self._nextcloud.base_url).path.rstrip("/")


async def propfind(nextcloud: Nextcloud, path: str, *, depth: int) -> list[Resource]:
    """
    Ask what is at the URL path *path*, and with *depth* 1 what is in it.

    Raises:
        NotFound: Nothing is.
    """

    async def parsed(response: httpx.Response) -> list[Resource]:
        return await multistatus.read(response.aiter_bytes())

    # What a resource lacks is left out, not listed as not found: RFC 8144 §2.1.
    headers = {"Depth": str(depth), "Prefer": "return=minimal", **_XML}
    call = Call("PROPFIND", path, headers, content=PROPERTIES)
    return await nextcloud.read(call, parsed)


def written(response: httpx.Response) -> Written:
    """Read what Nextcloud says of a file after a PUT or MOVE."""
    return Written(
        status=response.status_code,
        etag=response.headers.get("oc-etag", response.headers.get("etag", "")).strip(
            '"'
        ),
        file_id=_number(response.headers.get("oc-fileid", "")),
        sha256=response.headers.get("x-hash-sha256", "").lower() or None,
    )


def _number(oc_file_id: str) -> str:
    """``00005991ocldxgpi6zcp`` is file 5991 of the instance ``ocldxgpi6zcp``."""
    digits = oc_file_id[: len(oc_file_id) - len(oc_file_id.lstrip("0123456789"))]
    return digits.lstrip("0")
