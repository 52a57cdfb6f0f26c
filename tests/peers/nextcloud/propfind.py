"""PROPFIND and PROPPATCH on the user's files."""

from collections.abc import Iterable, Iterator

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
MULTISTATUS = {"Content-Type": XML, "Vary": "Brief,Prefer", "DAV": DAV_CLASSES}


def is_minimal(request: Request) -> bool:
    return request.headers.get(
        "brief"
    ) == "t" or "return=minimal" in request.headers.get("prefer", "")


async def propfind(
    request: Request, files: Files, base: str, parts: Parts, seen: Seen
) -> Answer:
    """*base* is the URL path that the files are mounted at. Without Depth it is one level, and infinity is allowed."""
    names = wanted(await request.body(), minimal=is_minimal(request))
    try:
        node = files.node(parts)
    except DavError as missing:
        missing.headers = {"Vary": "Accept-Encoding, Brief,Prefer", "DAV": DAV_CLASSES}
        raise
    depth = request.headers.get("depth", "1")
    below: Iterable[Node] = (
        () if depth == "0" else node.below() if depth == "infinity" else node.listed()
    )
    body = multistatus(_responses(node, below, base, names, seen))
    # The old endpoint never gzips.
    return Answer(207, dict(MULTISTATUS), body, compress=not base.endswith("/webdav"))


def _responses(
    node: Node, below: Iterable[Node], base: str, names: Wanted, seen: Seen
) -> Iterator[str]:
    own = href_of(node, base)
    yield names.response(own, node, seen)
    hrefs = {node.id: own}
    for child in below:
        assert child.parent is not None
        href = hrefs[child.parent.id] + child.href + ("/" if child.is_folder else "")
        if child.is_folder:
            hrefs[child.id] = href
        yield names.response(href, child, seen)


def href_of(node: Node, base: str) -> str:
    steps = []
    above: Node | None = node
    while above is not None and above.parent is not None:
        steps.append(above.href)
        above = above.parent
    path = "/".join([*map(quoted, base.split("/")), *reversed(steps)])
    return path + "/" if node.is_folder else path


async def proppatch(request: Request, files: Files, base: str, parts: Parts) -> Answer:
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
    href = href_of(node, base).rstrip("/")
    body = multistatus(
        [f"<d:response><d:href>{href}</d:href>{propstat(names, '200 OK')}</d:response>"]
    )
    return Answer(207, {"Content-Type": XML, "Vary": "Brief,Prefer"}, body)
