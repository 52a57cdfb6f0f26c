"""MOVE, COPY, and PATCH to have a stored file hashed."""

import asyncio
import hashlib
from pathlib import Path

from tests.peers.nextcloud.conditions import check_conditions, empty, identity
from tests.peers.nextcloud.errors import (
    DavError,
    conflict,
    forbidden,
    precondition_failed,
)
from tests.peers.nextcloud.files import Files
from tests.peers.nextcloud.node import Node
from tests.peers.nextcloud.paths import Parts, refuse_name
from tests.peers.nextcloud.wire import Answer, Request


async def move(
    files: Files, request: Request, parts: Parts, destination: Parts
) -> Answer:
    node = files.node(parts)
    check_conditions(request, node)
    check_apart(parts, destination)
    parent, replaced = target(files, request, destination)
    refuse_name(destination)
    if state := files.locks.state(parts):
        raise DavError(
            500,
            "OCP\\Lock\\LockedException",
            f'"{"/".join(parts)}" is locked, existing lock on file: {state}',
        )
    if replaced is not None:
        files.tree.remove(replaced)
    files.tree.move(node, parent, destination[-1])
    return empty(201 if replaced is None else 204, identity(node))


async def copy(
    files: Files, request: Request, parts: Parts, destination: Parts
) -> Answer:
    node = files.node(parts)
    check_conditions(request, node)
    check_apart(parts, destination)
    parent, replaced = target(files, request, destination)
    refuse_name(destination)
    if replaced is not None:
        files.tree.remove(replaced)
    made = files.tree.copy(node, parent, destination[-1])
    return empty(201 if replaced is None else 204, {"OC-FileId": made.oc_id})


def check_apart(source: Parts, destination: Parts) -> None:
    """Raises where one of the two would hold the other."""
    if source == destination:
        raise forbidden("Source and destination uri are identical.")
    common = min(len(source), len(destination))
    if source[:common] == destination[:common]:
        message = (
            "The destination may not be part of the same subtree as the source path."
        )
        raise conflict(message)


def target(
    files: Files, request: Request, destination: Parts
) -> tuple[Node, Node | None]:
    """The folder that a MOVE or COPY goes to and what it would replace; conditions are of what is moved, not of that."""
    parent = files.tree.find(destination[:-1])
    if parent is None or not parent.is_folder or not destination:
        raise conflict("The destination node is not found")
    replaced = parent.children.get(destination[-1])
    if replaced is not None and request.headers.get("overwrite", "T").upper() == "F":
        message = "The destination node already exists, and the overwrite header is set to false"
        raise precondition_failed(message, "Overwrite")
    return parent, replaced


async def patch(files: Files, request: Request, parts: Parts) -> Answer:
    """``X-Recalculate-Hash``: hash what is stored, and keep it as the file's checksum."""
    node = files.node(parts)
    kind = request.headers.get("x-recalculate-hash", "").lower()
    if kind not in ("sha256", "sha1", "md5"):
        return empty(204)
    node.checksum = await asyncio.to_thread(_checksum, files.tree.on_disk(node), kind)
    files.tree.touch(node)
    return empty(204, {"OC-Checksum": node.checksum})


def _checksum(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return f"{kind.upper()}:{hashlib.file_digest(file, kind).hexdigest()}"
