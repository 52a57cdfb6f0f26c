"""Everything under ``/remote.php``: which handler a WebDAV request goes to."""

from tests.peers.nextcloud import moves
from tests.peers.nextcloud.conditions import ALLOWED, destination_in, empty
from tests.peers.nextcloud.errors import not_found, not_implemented
from tests.peers.nextcloud.files import Files
from tests.peers.nextcloud.paths import Parts, parts_of
from tests.peers.nextcloud.properties import Seen
from tests.peers.nextcloud.propfind import DAV_CLASSES, propfind, proppatch
from tests.peers.nextcloud.wire import Answer, Request


class Dav:
    def __init__(self, user: str, files: Files, seen: Seen) -> None:
        self.user, self.files, self.seen = user, files, seen

    async def answer(self, request: Request, path: str) -> Answer:
        """*path* is below ``/remote.php``."""
        kind, _, rest = path.removeprefix("/").partition("/")
        if kind == "webdav":
            return await self._files(request, "/remote.php/webdav", parts_of(rest))
        place, _, rest = rest.partition("/")
        user, _, rest = rest.partition("/")
        if request.method == "OPTIONS":
            return options(search=place == "")
        if place == "files":
            return await self._files(
                request, f"/remote.php/dav/files/{user}", parts_of(rest)
            )
        raise not_found(f"File not found: {place} in 'root'")

    async def _files(self, request: Request, base: str, parts: Parts) -> Answer:
        match request.method:
            case "PROPFIND":
                return await propfind(request, self.files, base, parts, self.seen)
            case "PROPPATCH":
                return await proppatch(request, self.files, base, parts)
            case "MOVE":
                return await moves.move(
                    self.files, request, parts, destination_in(request, base)
                )
            case "COPY":
                return await moves.copy(
                    self.files, request, parts, destination_in(request, base)
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
