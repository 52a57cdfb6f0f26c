"""PROPFIND and PROPPATCH on the user's files."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.peers.nextcloud.errors import DavError
from tests.peers.nextcloud.files import Files
from tests.peers.nextcloud.node import Node, quoted
from tests.peers.nextcloud.paths import Parts
from tests.peers.nextcloud.properties import (
    DAV,
    Seen,
    Wanted,
    empty,
    multistatus,
    parse,
    propstat,
    wanted,
)
from tests.peers.nextcloud.wire import XML, Answer, Request

DAV_CLASSES = (
    "1, 3, extended-mkcol, access-control, calendarserver-principal-property-search,"
    " nextcloud-checksum-update, nc-calendar-search, nc-enable-birthday-calendar"
)
OLD_DAV_CLASSES = "1, 3, extended-mkcol, nextcloud-checksum-update"
MULTISTATUS = {"Content-Type": XML, "Vary": "Brief,Prefer", "DAV": DAV_CLASSES}


def is_minimal(request: Request) -> bool:
    prefer = request.headers.get("prefer", "")
    return "return=minimal" in prefer or request.headers.get("brief") == "t"


@dataclass(frozen=True, slots=True)
class Mount:
    """Where in the URLs a tree is seen: *base*, for its root or for the node *top*."""

    base: str
    top: Node | None = None

    def href(self, node: Node) -> str:
        steps = []
        above: Node | None = node
        while above is not None and above.parent is not None and above is not self.top:
            steps.append(above.href)
            above = above.parent
        path = "/".join([*map(quoted, self.base.split("/")), *reversed(steps)])
        return path + "/" if node.is_folder else path


async def propfind(
    request: Request, files: Files, mount: Mount, parts: Parts, seen: Seen
) -> Answer:
    """Without Depth it is one level, and infinity is allowed."""
    names = wanted(await request.body(), minimal=is_minimal(request))
    try:
        node = files.node(parts)
    except DavError as missing:
        missing.headers = {
            "Vary": "Accept-Encoding, Brief,Prefer",
            "DAV": DAV_CLASSES,
        }
        raise
    due = asyncio.get_running_loop().time()
    depth = request.headers.get("depth", "1")
    below: Iterable[Node] = node.listed()
    if depth in ("0", "infinity"):
        below = () if depth == "0" else node.below()
    responses = list(_responses(node, below, mount.href(node), names, seen))
    body = multistatus(responses)
    due += len(responses) * files.pacing.listed_s
    await asyncio.sleep(due - asyncio.get_running_loop().time())
    # The old endpoint never gzips, and knows less.
    old = mount.base.endswith("/webdav")
    headers = {**MULTISTATUS, "DAV": OLD_DAV_CLASSES} if old else dict(MULTISTATUS)
    return Answer(207, headers, body, compress=not old)


def _responses(
    node: Node, below: Iterable[Node], own: str, names: Wanted, seen: Seen
) -> Iterator[str]:
    yield names.response(own, node, seen)
    hrefs = {node.id: own}
    for child in below:
        assert child.parent is not None
        href = hrefs[child.parent.id] + child.href + ("/" if child.is_folder else "")
        if child.is_folder:
            hrefs[child.id] = href
        yield names.response(href, child, seen)


async def proppatch(
    request: Request, files: Files, mount: Mount, parts: Parts
) -> Answer:
    """Any property can be set; ``d:lastmodified`` is the file's own time."""
    node = files.node(parts)
    root = parse(await request.body())
    names = []
    for prop in root.iterfind(f"{DAV}set/{DAV}prop/*"):
        name, value = str(prop.tag), prop.text or ""
        names.append(empty(name))
        if name == DAV + "lastmodified":
            node.mtime = int(value)
        else:
            node.custom[name] = value
    for prop in root.iterfind(f"{DAV}remove/{DAV}prop/*"):
        names.append(empty(str(prop.tag)))
        node.custom.pop(str(prop.tag), None)
    files.tree.touch(node)
    href = mount.href(node).rstrip("/")
    body = multistatus(
        [f"<d:response><d:href>{href}</d:href>{propstat(names, '200 OK')}</d:response>"]
    )
    return Answer(207, {"Content-Type": XML, "Vary": "Brief,Prefer"}, body)
