"""Public links (Nextcloud's OCS Share API), found again instead of doubled, and read-only for sure."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from chassis.keyed_locks import KeyedLocks
from contracts.errors import Forbidden, NotFound, Rejected
from contracts.files import Share, ShareRequest
from storage import ocs
from storage.link_memory import KnownLink, LinkMemory
from storage.nextcloud import Call, Nextcloud
from storage.ocs import AS_JSON, OCS, SENDS_JSON, OCSAnswer
from storage.paths import read_path, wire
from storage.webdav import WebDAVClient

_API = "/ocs/v2.php/apps/files_sharing/api/v1/shares"
_PUBLIC_LINK = 3
_READ = 1
_WRITES = 2 | 4 | 8
"""Update, create, delete. Nextcloud answers 17 (read, share) where 1 was asked for."""


class _Link(BaseModel):
    model_config = ConfigDict(frozen=True)
    id: str
    share_type: int
    permissions: int
    url: str = ""
    expiration: str | None = None
    password: str | None = None

    @property
    def expires_on(self) -> date | None:
        return date.fromisoformat(self.expiration[:10]) if self.expiration else None

    @property
    def known_as(self) -> KnownLink:
        told = filter(None, (self.password, self.expiration))
        return KnownLink(self.id, " ".join(told))


_LINK = TypeAdapter(OCSAnswer[_Link])
_LINKS = TypeAdapter(OCSAnswer[list[_Link]])


class Shares:
    """
    Makes links; one for each path, day of expiry and password.

    Args:
        nextcloud: Makes them.
        webdav: Says what is there.
        memory: Knows which link has which password.
    """

    def __init__(
        self, nextcloud: Nextcloud, webdav: WebDAVClient, memory: LinkMemory
    ) -> None:
        self._nextcloud = nextcloud
        self._webdav = webdav
        self._memory = memory
        self._locks = KeyedLocks[PurePosixPath]()

    async def share(self, request: ShareRequest) -> Share:
        """
        Give a read-only public link to a file or folder.

        Raises:
            NotFound: There is nothing at the path.
            Rejected: The expiry is past, or Nextcloud's rules refuse the password.
            Forbidden: Nextcloud would let the link's holder write, or forbids sharing.
        """
        path = read_path(request.path)
        if not path.parts:
            raise Rejected("The root is not shared; name a folder.", code="bad_path")
        expires_on = _day(request.expires_at)
        async with self._locks.of(path):
            if await self._webdav.stat(path) is None:
                raise NotFound(f"Nextcloud has nothing at {wire(path)}.")
            print_ = await self._memory.print_of(
                json.dumps([self._full(path), str(expires_on), request.password]),
                holds_password=bool(request.password),
            )
            async for attempt in self._nextcloud.patience.tries():
                with attempt:
                    found = await self._existing(path, request, print_)
                    link = found or await self._created(path, request, expires_on)
            # One with an end that nobody asked for: an admin may set one for all links.
            is_own = link.password or link.expires_on != expires_on
            if found is None and is_own:
                await self._memory.keep(print_, link.known_as)
        await self._require_read_only(link)
        return Share(
            path=wire(path),
            url=link.url,
            expires_at=_midnight(link.expires_on),
            created=found is None,
        )

    async def fingerprint(self, request: ShareRequest) -> str:
        """Name *request* without giving its password away."""
        return await self._memory.print_of(
            request.model_dump_json(), holds_password=bool(request.password)
        )

    async def _existing(
        self, path: PurePosixPath, request: ShareRequest, print_: str
    ) -> _Link | None:
        known = await self._memory.link(print_)
        if request.password and known is None:
            return None
        call = Call("GET", _API, OCS, {**AS_JSON, "path": self._full(path)})
        answer = await self._nextcloud.send(call)
        links = ocs.read(_LINKS, answer.content, "shares").data
        expires_on = _day(request.expires_at)

        def fits(link: _Link) -> bool:
            if link.share_type != _PUBLIC_LINK or link.permissions & _WRITES:
                return False
            is_open = not (request.password or link.password)
            return link.known_as == known or (is_open and link.expires_on == expires_on)

        return next(filter(fits, links), None)

    async def _created(
        self, path: PurePosixPath, request: ShareRequest, expires_on: date | None
    ) -> _Link:
        sent: dict[str, Any] = {
            "path": self._full(path),
            "shareType": _PUBLIC_LINK,
            "permissions": _READ,
        }
        if expires_on is not None:
            sent["expireDate"] = expires_on.isoformat()
        if request.password:
            sent["password"] = request.password
        call = Call(
            "POST",
            _API,
            SENDS_JSON,
            AS_JSON,
            content=json.dumps(sent).encode(),
            once=True,
        )
        try:
            response = await self._nextcloud.send(call)
        except NotFound as error:
            # So Nextcloud says no to an end too far off, say; that the path is there we have seen.
            raise Rejected(error.detail, code="share_refused") from error
        return ocs.read(_LINK, response.content, "shares").data

    async def _require_read_only(self, link: _Link) -> None:
        if not link.permissions & _WRITES:
            return
        call = Call(
            "DELETE", f"{_API}/{link.id}", OCS, AS_JSON, answers=frozenset({404})
        )
        await self._nextcloud.send(call)
        raise Forbidden(
            "Nextcloud made a link that may write, so it was removed again; look at its sharing settings.",
            code="link_may_write",
        )

    def _full(self, path: PurePosixPath) -> str:
        return f"/{wire(self._webdav.root / path)}"


def _day(expires_at: datetime | None) -> date | None:
    """Nextcloud ends a link at a midnight: the first one that is not before *expires_at*."""
    if expires_at is None:
        return None
    if expires_at.tzinfo is None:
        expires_at = expires_at.replace(tzinfo=UTC)
    if expires_at <= datetime.now(UTC):
        raise Rejected("'expires_at' is past.", code="expires_in_the_past")
    at = expires_at.astimezone(UTC)
    return at.date() if at.time() == time() else at.date() + timedelta(days=1)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
