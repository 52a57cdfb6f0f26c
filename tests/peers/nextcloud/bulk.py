"""The bulk endpoint: many small files in one ``multipart/related`` POST."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.peers.nextcloud.errors import DavError, bad_request
from tests.peers.nextcloud.files import Files
from tests.peers.nextcloud.paths import Parts, parts_of
from tests.peers.nextcloud.uploading import scratch_file
from tests.peers.nextcloud.wire import HTML, Answer, Request, json_answer


@dataclass(frozen=True, slots=True)
class Part:
    path: str  # as sent: raw UTF-8, not percent-encoded, from the user's root
    content: bytes
    mtime: int | None


class Broken(Exception):
    """The batch cannot be read on; what came before stays written."""


async def bulk(request: Request, files: Files) -> Answer:
    """Errors of one part stand in a 200; a bad MD5 or a missing boundary ends the batch with 400."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/related"):
        raise bad_request("Content-Type must be multipart/related")
    boundary = kind.partition("boundary=")[2].strip('"').encode()
    written: dict[str, object] = {}
    status = 200
    try:
        for part in _parts(await request.body(), boundary):
            written[part.path] = _write(part, request.user, files)
    except Broken:
        status = 400
    answer = json_answer(written, status)
    answer.headers = {"Content-Type": HTML}
    return answer


def _write(part: Part, user: str, files: Files) -> dict[str, object]:
    parts = parts_of(part.path.replace("\\", "/"))
    refused = _refused(parts, user, part, files)
    if refused:
        return {"error": True, "message": refused}
    scratch = scratch_file(files.tree.scratch)
    scratch.write_bytes(part.content)
    node = files.tree.put_file(files.parent(parts), parts[-1], scratch)
    if part.mtime is not None:
        node.mtime = part.mtime
        files.tree.touch(node)
    return {
        "error": False,
        "etag": node.etag,
        "fileid": node.oc_id,
        "permissions": "RGDNVW",
    }


def _refused(parts: Parts, user: str, part: Part, files: Files) -> str:
    """Why this part is not written, or an empty string. A ``.part`` name breaks the whole batch."""
    path = "/".join(parts)
    if parts[-1] == ".htaccess":
        return f"Invalid path: files/{path}"
    parent = files.tree.find(parts[:-1])
    if parent is None or not parent.is_folder or not files.fits(len(part.content)):
        return f'Could not create path "/{user}/files/{path}"'
    if parts[-1].endswith(".part"):
        raise DavError(500, "Error", "Call to a member function getETag() on null")
    return ""


def _parts(body: bytes, boundary: bytes) -> Iterator[Part]:
    line, position = b"--" + boundary, 0
    while not body.startswith(line + b"--", position):
        if not body.startswith(line, position):
            raise Broken
        end = body.find(b"\r\n\r\n", position)
        if end < 0:
            raise Broken
        raw = body[position + len(line) : end].decode()
        headers = {
            name.lower(): value
            for name, value in re.findall(r"^([\w-]+): *(.*?)\r?$", raw, re.MULTILINE)
        }
        length = int(headers.get("content-length", -1))
        content = body[end + 4 : end + 4 + length]
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if length < 0 or md5 != headers.get("x-file-md5"):
            raise Broken
        mtime = headers.get("x-oc-mtime")
        yield Part(headers["x-file-path"], content, int(mtime) if mtime else None)
        position = end + 4 + length + 2
