"""What needs no account: a share link's page, its download, and its read-only WebDAV."""

import base64
import io
import zipfile
from dataclasses import replace
from html import escape
from urllib.parse import quote

from tests.peers.nextcloud.errors import Page, PlainError, forbidden, not_found
from tests.peers.nextcloud.files import Files
from tests.peers.nextcloud.node import Node
from tests.peers.nextcloud.paths import parts_of
from tests.peers.nextcloud.properties import Seen, http_date
from tests.peers.nextcloud.propfind import OLD_DAV_CLASSES, Mount, propfind
from tests.peers.nextcloud.shares import Shares
from tests.peers.nextcloud.wire import HTML, Answer, Request

NO_CACHE = {"Cache-Control": "no-cache, no-store, must-revalidate"}


class Public:
    def __init__(self, shares: Shares, files: Files, seen: Seen) -> None:
        self.shares, self.files = shares, files
        # A link tells how much its owner's whole storage holds (recorded).
        self._seen = replace(seen, used=lambda _: files.tree.root.size)

    async def page(self, path: str) -> Answer:
        """*path* is below ``/s``: a token, or a token and ``/download``."""
        token, _, rest = path.strip("/").partition("/")
        share = self.shares.by_token(token)
        if share is None:
            raise Page(
                404, "This share does not exist or is no longer available", NO_CACHE
            )
        node = self.files.tree.by_id[share.file_id]
        if rest == "download":
            return self._download(node)
        return Page(200, escape(node.name), NO_CACHE).answer()

    async def dav(self, request: Request, path: str) -> Answer:
        """``/dav/files/TOKEN/…``, or ``/webdav/…`` with the token as Basic user."""
        if path.startswith("/dav/files/"):
            token, _, rest = path.removeprefix("/dav/files/").partition("/")
            base = f"/public.php/dav/files/{token}"
        else:
            token, rest, base = (
                _basic_user(request),
                path.removeprefix("/webdav"),
                "/public.php/webdav",
            )
        share = self.shares.by_token(token)
        if share is None:
            raise not_found("Share not found")
        if request.method not in ("PROPFIND", "GET", "HEAD"):
            raise forbidden()
        shared = self.files.tree.by_id[share.file_id]
        parts = (*shared.parts, *parts_of(rest))
        if request.method != "PROPFIND":
            return await self.files.get(request, parts)
        answer = await propfind(
            request, self.files, Mount(base, shared), parts, self._seen
        )
        answer.headers["DAV"] = OLD_DAV_CLASSES
        return answer

    def _download(self, node: Node) -> Answer:
        """A file as it is; a folder as a zip."""
        tree = self.files.tree
        content, name, kind = io.BytesIO(), node.name, node.content_type
        if node.is_folder:
            name, kind = f"{node.name}.zip", "application/zip"
            with zipfile.ZipFile(content, "w") as archive:
                archive.writestr(f"{node.name}/", b"")
                for child in node.below():
                    inside = "/".join(child.parts[len(node.parts) - 1 :])
                    archive.writestr(
                        inside + "/" * child.is_folder,
                        b"" if child.is_folder else tree.on_disk(child).read_bytes(),
                    )
        else:
            content.write(tree.on_disk(node).read_bytes())
        quoted = quote(name)
        disposition = f"attachment; filename*=UTF-8''{quoted}; filename=\"{quoted}\""
        return Answer(
            200,
            {
                "Content-Type": kind,
                "Content-Disposition": disposition,
                "Last-Modified": http_date(tree.now()),
            },
            content.getvalue(),
        )


def internal_link(path: str, files: Files) -> Answer:
    """``/f/ID``: 303 to the files page, for an unknown id too."""
    number = path.removeprefix("/f/")
    if not number.isdigit():
        raise PlainError(404)
    node = files.tree.by_id.get(int(number))
    location = "/apps/files/?fileNotFound=1"
    if node is not None:
        folder = node.parts if node.is_folder else node.parts[:-1]
        location = f"/apps/files/files/{node.id}?dir=/{quote('/'.join(folder))}"
    headers = {
        "Content-Type": HTML,
        "Location": location,
        **NO_CACHE,
    }
    return Answer(303, headers)


def _basic_user(request: Request) -> str:
    value = request.headers.get("authorization", "").partition(" ")[2]
    return base64.b64decode(value + "==").decode("latin-1").partition(":")[0]
