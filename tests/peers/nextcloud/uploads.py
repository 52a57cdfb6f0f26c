"""Chunked upload, version 2: MKCOL a folder, PUT chunks of any name, MOVE ``.file``."""

import asyncio
import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.peers.nextcloud import uploading
from tests.peers.nextcloud.conditions import (
    already_exists,
    check_conditions,
    destination_in,
    empty,
)
from tests.peers.nextcloud.errors import (
    DavError,
    bad_request,
    not_found,
    not_implemented,
)
from tests.peers.nextcloud.files import Files
from tests.peers.nextcloud.moves import target
from tests.peers.nextcloud.node import Node, quoted, uniqid
from tests.peers.nextcloud.paths import Parts, refuse_name, shown
from tests.peers.nextcloud.properties import DAV, VALUES, Seen, multistatus, wanted
from tests.peers.nextcloud.propfind import DAV_CLASSES, MULTISTATUS, is_minimal
from tests.peers.nextcloud.wire import Answer, Request

KNOWN = ("getlastmodified", "getcontentlength", "resourcetype", "getetag")


class Uploads:
    """Chunks lie under ``root/uploads/ID/``, so an upload can be gone on with after a restart."""

    def __init__(self, root: Path, user: str, files: Files) -> None:
        self.files = files
        self._root = root / "uploads"
        self._root.mkdir(exist_ok=True)
        self._base = f"/remote.php/dav/uploads/{user}"
        self._files_base = f"/remote.php/dav/files/{user}"
        self._seen = Seen(user, user)

    async def answer(self, request: Request, parts: Parts) -> Answer:
        match request.method, len(parts):
            case "PROPFIND", _:
                return await self._propfind(request, parts)
            case "MKCOL", 1:
                return self._mkcol(parts)
            case "PUT", 2:
                return await self._put(request, parts)
            case "MOVE", 2:
                return await self._move(request, parts)
        if request.method == "DELETE" and parts:
            return self._delete(parts)
        if request.method not in ("GET", "HEAD"):
            raise not_implemented(request.method)
        self._existing(parts)
        return empty(200)

    def _existing(self, parts: Parts) -> Path:
        path = self._root
        for depth, part in enumerate(parts, 1):
            path = path / part
            if not path.exists():
                raise not_found(
                    f"File with name {shown(parts[:depth])} could not be located"
                )
        return path

    def _mkcol(self, parts: Parts) -> Answer:
        refuse_name(parts)
        path = self._root / parts[0]
        if path.exists():
            raise already_exists()
        path.mkdir()
        return empty(201)

    async def _put(self, request: Request, parts: Parts) -> Answer:
        """The announced total is held against the quota, the chunks themselves are not."""
        self._existing(parts[:1])
        refuse_name(parts)
        self.files.check_quota("/", int(request.headers.get("oc-total-length", 0)))
        content = await uploading.receive(
            request,
            self.files.tree.scratch,
            uploading.Hashes(request),
            self.files.pacing,
        )
        chunk = self._existing(parts[:1]) / parts[1]
        existed = chunk.exists()
        content.replace(chunk)
        etag = f'"{_etag(chunk)}"'
        return empty(204, {"ETag": etag, "OC-ETag": etag}) if existed else empty(201)

    async def _move(self, request: Request, parts: Parts) -> Answer:
        """Join the chunks in natural order. Without ``OC-Total-Length`` nobody notices a gap."""
        folder = self._existing(parts[:1])
        check_conditions(request, _node(folder))
        destination = destination_in(request, self._files_base)
        _, replaced = target(self.files, request, destination)
        if replaced is not None and replaced.is_folder:
            raise bad_request("The given destination is a directory.")
        refuse_name(destination)
        chunks = _chunks(folder)
        size = sum(chunk.stat().st_size for chunk in chunks)
        total = request.headers.get("oc-total-length")
        if total is not None and int(total) != size:
            raise bad_request(
                f"Chunks on server do not sum up to {total} but to {size} bytes"
            )
        self.files.check_quota("/", size)
        answer = await self._join(request, destination, chunks)
        shutil.rmtree(folder, ignore_errors=True)
        return answer

    async def _join(
        self, request: Request, destination: Parts, chunks: list[Path]
    ) -> Answer:
        hashes = uploading.Hashes(request)
        turn = self.files.pacing.join(sum(chunk.stat().st_size for chunk in chunks))
        joined = uploading.scratch_file(self.files.tree.scratch)
        try:
            with self.files.locks.shared(destination):
                await asyncio.to_thread(uploading.join, chunks, joined, hashes)
                await turn.reached(1)
                with self.files.locks.upgraded(destination):
                    return self.files.store(request, destination, joined, hashes)
        finally:
            joined.unlink(missing_ok=True)

    def _delete(self, parts: Parts) -> Answer:
        path = self._existing(parts)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        return empty(204)

    async def _propfind(self, request: Request, parts: Parts) -> Answer:
        names = wanted(await request.body(), minimal=is_minimal(request))
        names.values = {DAV + name: VALUES[DAV + name] for name in KNOWN}
        if not parts:
            names.values = {
                name: value
                for name, value in names.values.items()
                if not name.endswith("etag")
            }
        try:
            path = self._existing(parts)
        except DavError as missing:
            missing.headers = {
                "Vary": "Accept-Encoding, Brief,Prefer",
                "DAV": DAV_CLASSES,
            }
            raise
        names.values[DAV + "getetag"] = lambda node, _: (
            None if node.is_folder else f"&quot;{node.etag}&quot;"
        )
        deep = request.headers.get("depth", "1") != "0"
        responses = [
            names.response(href, node, self._seen)
            for href, node in self._nodes(path, parts, deep=deep)
        ]
        return Answer(207, dict(MULTISTATUS), multistatus(responses), compress=True)

    def _nodes(
        self, path: Path, parts: Parts, *, deep: bool
    ) -> Iterator[tuple[str, Node]]:
        own = "/".join([self._base, *map(quoted, parts)]) + "/"
        yield own, _node(path)
        if not deep:
            return
        children = sorted(path.iterdir())
        if parts:
            whole = _node(path)
            whole.is_folder = False
            whole.size = sum(chunk.stat().st_size for chunk in children)
            yield own + ".file", whole
        for child in children:
            yield (
                own + quoted(child.name) + ("/" if child.is_dir() else ""),
                _node(child),
            )


def _node(path: Path) -> Node:
    stat = path.stat()
    return Node(
        0, path.name, None, path.is_dir(), _etag(path), stat.st_size, int(stat.st_mtime)
    )


def _etag(path: Path) -> str:
    stat = path.stat()
    if path.is_dir():
        return uniqid(stat.st_mtime_ns // 1000)
    inode_and_time = f"{stat.st_ino}-{stat.st_mtime_ns}".encode()
    return hashlib.md5(inode_and_time, usedforsecurity=False).hexdigest()


def _chunks(folder: Path) -> list[Path]:
    """In PHP's natural order: ``2`` before ``10``."""

    def natural(path: Path) -> list[tuple[bool, int, str]]:
        return [
            (not run.isdigit(), int(run) if run.isdigit() else 0, run)
            for run in re.findall(r"\d+|\D+", path.name)
        ]

    return sorted(folder.iterdir(), key=natural)
