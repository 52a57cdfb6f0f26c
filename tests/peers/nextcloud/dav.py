"""Everything under ``/remote.php``: which handler a WebDAV request goes to."""

from collections.abc import Collection

from tests.peers.nextcloud import moves
from tests.peers.nextcloud.bulk import bulk
from tests.peers.nextcloud.conditions import ALLOWED, destination_in, empty
from tests.peers.nextcloud.errors import (
    DavError,
    conflict,
    forbidden,
    not_found,
    not_implemented,
)
from tests.peers.nextcloud.files import Files
from tests.peers.nextcloud.paths import Parts, parts_of, shown
from tests.peers.nextcloud.properties import Seen, multistatus, propstat
from tests.peers.nextcloud.propfind import (
    DAV_CLASSES,
    MULTISTATUS,
    Mount,
    propfind,
    proppatch,
)
from tests.peers.nextcloud.search import report, search
from tests.peers.nextcloud.uploads import Uploads
from tests.peers.nextcloud.wire import Answer, Request


class Dav:
    def __init__(
        self,
        user: str,
        files: Files,
        uploads: Uploads,
        seen: Seen,
        *,
        users: Collection[str],
    ) -> None:
        self.user, self.files, self.uploads, self.seen = user, files, uploads, seen
        self._users = {one.lower() for one in users}

    async def answer(self, request: Request, path: str) -> Answer:
        """*path* is below ``/remote.php``."""
        kind, _, rest = path.removeprefix("/").partition("/")
        if kind == "webdav":
            return await self._files(
                request, Mount("/remote.php/webdav"), parts_of(rest)
            )
        place, _, rest = rest.partition("/")
        match request.method, place:
            case "OPTIONS", _:
                return options(search=place == "")
            case "SEARCH", "":
                return await search(request, self.files, self.seen)
            case "POST", "bulk":
                return await bulk(request, self.files)
        user, _, rest = rest.partition("/")
        return await self._home(request, place, user, parts_of(rest))

    async def _home(
        self, request: Request, place: str, user: str, parts: Parts
    ) -> Answer:
        if user.lower() not in self._users:
            raise no_such_home(request.method, user)
        # Measured on 31.0.6: a home is found whatever the capitals, and its hrefs have those that were asked for.
        if request.user != self.user or user.lower() != self.user.lower():
            return self._foreign(request, f"{place}/{user}", parts)
        if place == "uploads":
            return await self.uploads.answer(request, parts)
        if place != "files":
            raise not_found(f"File not found: {place} in 'root'")
        return await self._files(request, Mount(f"/remote.php/dav/files/{user}"), parts)

    def _foreign(self, request: Request, place: str, parts: Parts) -> Answer:
        """Somebody else's home can be seen to exist, and nothing more."""
        if request.method == "PROPFIND" and not parts:
            found = propstat(
                ["<d:resourcetype><d:collection/></d:resourcetype>"], "200 OK"
            )
            response = f"<d:response><d:href>/remote.php/dav/{place}/</d:href>{found}</d:response>"
            return Answer(207, dict(MULTISTATUS), multistatus([response]))
        if request.method == "PUT":
            raise forbidden(f"Permission denied to create file (filename {parts[-1]})")
        raise not_found(f"File with name {shown(parts)} could not be located")

    async def _files(self, request: Request, mount: Mount, parts: Parts) -> Answer:
        match request.method:
            case "PROPFIND":
                return await propfind(request, self.files, mount, parts, self.seen)
            case "PROPPATCH":
                return await proppatch(request, self.files, mount, parts)
            case "REPORT":
                return await report(request, self.files, mount, parts, self.seen)
            case "MOVE":
                return await moves.move(
                    self.files, request, parts, destination_in(request, mount.base)
                )
            case "COPY":
                return await moves.copy(
                    self.files, request, parts, destination_in(request, mount.base)
                )
        return await self._one_path(request, parts)

    async def _one_path(self, request: Request, parts: Parts) -> Answer:
        match request.method:
            case "PUT":
                return await self.files.put(request, parts)
            case "GET" | "HEAD":
                return await self.files.get(request, parts)
            case "MKCOL":
                return await self.files.mkcol(request, parts)
            case "DELETE":
                return await self.files.delete(request, parts)
            case "PATCH":
                return await moves.patch(self.files, request, parts)
        raise not_implemented(request.method)


def no_such_home(method: str, user: str) -> DavError:
    """As measured on 31.0.6, below ``files`` and ``uploads``: an e-mail address that signs in has no home."""
    if method == "MKCOL":
        return conflict("Parent node does not exist")
    return not_found(f"Principal with name {user} not found")


def options(*, search: bool) -> Answer:
    headers = {
        "Allow": ALLOWED,
        "DAV": DAV_CLASSES,
        "MS-Author-Via": "DAV",
        "Accept-Ranges": "bytes",
    }
    if search:
        headers |= {"Allow": ALLOWED + ", SEARCH", "DASL": "<DAV:basicsearch>"}
    return empty(200, headers)
