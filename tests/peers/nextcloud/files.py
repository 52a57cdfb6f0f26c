"""Files over WebDAV: PUT, GET, DELETE, MKCOL, MOVE, COPY, PATCH."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import quote

from tests.peers.nextcloud import uploading
from tests.peers.nextcloud.conditions import (
    already_exists,
    byte_range,
    check_conditions,
    check_mkcol_body,
    empty,
    identity,
    is_unchanged,
)
from tests.peers.nextcloud.errors import (
    SABRE,
    DavError,
    conflict,
    forbidden,
    insufficient_storage,
    locked,
    not_found,
)
from tests.peers.nextcloud.locks import Locks
from tests.peers.nextcloud.node import Node
from tests.peers.nextcloud.pacing import Pacing
from tests.peers.nextcloud.paths import Parts, refuse_name, shown
from tests.peers.nextcloud.properties import http_date
from tests.peers.nextcloud.tree import Tree
from tests.peers.nextcloud.wire import HTML, Answer, Request

# Beyond it the temporary name is too long for the disk (recorded: 500).
LONGEST_PUT_BYTES = 227
WELCOME = b"This is the WebDAV interface. It can only be accessed by WebDAV clients such as the Nextcloud desktop sync client."


class Files:
    """
    One user's files.

    Args:
        tree: Where they are.
        locks: Who works on them.
        mkcol_s: How long an MKCOL may take.
    """

    def __init__(self, tree: Tree, locks: Locks, mkcol_s: float) -> None:
        self.tree, self.locks = tree, locks
        self.quota_bytes: int | None = None
        self.has_trash = True  # the app files_trashbin
        self.pacing = Pacing()
        self._mkcol_s = mkcol_s
        self._random = random.Random(8181)

    def available(self) -> int:
        """Bytes left; -3 without a quota, as Nextcloud says it."""
        if self.quota_bytes is None:
            return -3
        return self.quota_bytes - self.tree.root.size

    def fits(self, size: int) -> bool:
        return self.quota_bytes is None or size <= self.available()

    def node(self, parts: Parts) -> Node:
        node = self.tree.find(parts)
        if node is None:
            raise not_found(f"File with name {shown(parts)} could not be located")
        return node

    def parent(self, parts: Parts) -> Node:
        """The folder that a PUT goes into: 404, not 409, when it is missing."""
        if not parts:
            raise conflict("PUT is not allowed on non-files.")
        parent = self.node(parts[:-1])
        if not parent.is_folder:
            raise not_found(f"Node with name '{parent.name}' could not be found")
        return parent

    # methods

    async def put(self, request: Request, parts: Parts) -> Answer:
        node = self.parent(parts).children.get(parts[-1])
        if node is not None and node.is_folder:
            raise conflict("PUT is not allowed on non-files.")
        check_conditions(request, node)
        refuse_name(parts)
        length = request.headers.get("content-length", 0)
        length = request.headers.get("oc-total-length", length)
        self.check_quota("/" + "/".join(parts), int(length))
        hashes = uploading.Hashes(request)
        alone = self.locks.creating(parts) if node is None else nullcontext()
        with alone, self.locks.shared(parts):
            content = await uploading.receive(
                request, self.tree.scratch, hashes, self.pacing
            )
            try:
                with self.locks.upgraded(parts):
                    return self.store(request, parts, content, hashes)
            finally:
                content.unlink(missing_ok=True)

    def store(
        self, request: Request, parts: Parts, content: Path, hashes: uploading.Hashes
    ) -> Answer:
        """Put *content* in place and answer as PUT and a chunked upload's MOVE do."""
        parent, name = self.parent(parts), parts[-1]
        size = content.stat().st_size
        if len(name.encode()) > LONGEST_PUT_BYTES:
            text = f"copied: -1 bytes, expected filesize: {size} byte{'' if size == 1 else 's'}"
            raise DavError(
                500, SABRE[:-1], f"Error while copying file to target location ({text})"
            )
        self.check_quota("/" + "/".join(parts), size)
        existed = name in parent.children
        node = self.tree.put_file(parent, name, content)
        accepted: dict[str, str] = {}
        mtime = uploading.mtime_of(request)
        if mtime is not None:
            node.mtime, accepted["X-OC-MTime"] = mtime, "accepted"
        if "x-oc-ctime" in request.headers:
            node.created = int(request.headers["x-oc-ctime"])
            accepted["X-OC-CTime"] = "accepted"
        node.checksum = request.headers.get("oc-checksum", "")
        self.tree.touch(node)
        return empty(
            204 if existed else 201, {**hashes.headers(), **accepted, **identity(node)}
        )

    def check_quota(self, path: str, required: int) -> None:
        if not self.fits(required):
            raise insufficient_storage(path, required, self.available())

    async def get(self, request: Request, parts: Parts) -> Answer:
        node = self.node(parts)
        if node.is_folder:
            return Answer(
                200, {"Content-Type": HTML, "Vary": "Accept-Encoding"}, WELCOME
            )
        etag = f'"{node.etag}"'
        name = quote(node.name)
        headers = {
            "Content-Type": node.content_type,
            "Last-Modified": http_date(node.mtime),
            "ETag": etag,
            "OC-ETag": etag,
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}; filename=\"{name}\"",
        }
        if request.headers.get("if-none-match") in (etag, "*"):
            return Answer(304, {"ETag": etag})
        asked = request.headers.get("range", "")
        if not is_unchanged(request.headers.get("if-range", ""), etag, node.mtime):
            asked = ""
        part = byte_range(asked, node.size)
        start, end = part or (0, node.size)
        headers["Content-Length"] = str(end - start)
        if part:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{node.size}"
        return Answer(
            206 if part else 200,
            headers,
            stream=_read(self.tree.on_disk(node), start, end),
        )

    async def delete(self, request: Request, parts: Parts) -> Answer:
        node = self.node(parts)
        if not parts:
            raise forbidden()
        if state := self.locks.state(parts):
            raise locked("/".join(parts), state)
        check_conditions(request, node)
        self.tree.remove(node, for_good=not self.has_trash)
        return empty(204)

    async def mkcol(self, request: Request, parts: Parts) -> Answer:
        """
        Make a folder, slowly enough to race: each caller shares the path, then wants it for itself.

        Recorded with 8 at once: mostly 423, in some rounds for everybody, and then no folder at all.
        """
        check_mkcol_body(await request.body())
        if (node := self.tree.find(parts)) is not None:
            raise already_exists(node)
        parent = self.tree.find(parts[:-1])
        if parent is None or not parent.is_folder:
            raise conflict("Parent node does not exist")
        refuse_name(parts)
        with self.locks.shared(parts):
            await asyncio.sleep(self._mkcol_s * self._random.random())
            try:
                with self.locks.upgraded(parts):
                    await asyncio.sleep(self._mkcol_s * self._random.random() / 5)
                    return self._mkcol_now(parts)
            except DavError:
                await asyncio.sleep(0)
                raise

    def _mkcol_now(self, parts: Parts) -> Answer:
        parent = self.tree.find(parts[:-1])
        if parent is None:
            raise forbidden(f"Could not create directory /{'/'.join(parts)}")
        if (node := parent.children.get(parts[-1])) is not None:
            raise already_exists(node)
        return empty(201, {"OC-FileId": self.tree.add_folder(parent, parts[-1]).oc_id})


async def _read(path: Path, start: int, end: int) -> AsyncIterator[bytes]:
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while start < end:
            chunk = file.read(min(1 << 18, end - start))
            if not chunk:
                return
            start += len(chunk)
            yield chunk
