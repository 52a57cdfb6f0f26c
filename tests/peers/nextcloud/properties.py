"""WebDAV properties: what each one says of a node, and the multistatus around them."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from xml.sax.saxutils import escape

from lxml import etree

from tests.peers.nextcloud.errors import bad_request
from tests.peers.nextcloud.node import Node

DAV, OC, NC = "{DAV:}", "{http://owncloud.org/ns}", "{http://nextcloud.org/ns}"
PREFIX_OF = {
    "DAV:": "d",
    "http://owncloud.org/ns": "oc",
    "http://nextcloud.org/ns": "nc",
}
HEAD = (
    '<?xml version="1.0"?>\n<d:multistatus xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"'
    ' xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns">'
)
FOLDER_PERMISSIONS, FILE_PERMISSIONS = "RGDNVCK", "RGDNVW"

http_date = lru_cache(4096)(lambda seconds: formatdate(seconds, usegmt=True))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a property may need beside its node."""

    owner: str
    owner_name: str
    available: Callable[[], int] = lambda: -3  # bytes left; -3 is "unlimited"
    used: Callable[[Node], int] = lambda node: node.size
    share_types: Callable[[Node], Sequence[int]] = lambda _: ()


# XML, or None when the node has no such property.
Value = Callable[[Node, Seen], str | None]


def _share_types(node: Node, seen: Seen) -> str:
    return "".join(
        f"<oc:share-type>{kind}</oc:share-type>" for kind in seen.share_types(node)
    )


VALUES: dict[str, Value] = {
    DAV + "displayname": lambda node, seen: escape(node.name or seen.owner),
    DAV + "getlastmodified": lambda node, _: http_date(node.mtime),
    DAV + "getetag": lambda node, _: f"&quot;{node.etag}&quot;",
    DAV + "resourcetype": lambda node, _: "<d:collection/>" if node.is_folder else "",
    DAV + "getcontenttype": lambda node, _: (
        None if node.is_folder else node.content_type
    ),
    DAV + "getcontentlength": lambda node, _: (
        None if node.is_folder else str(node.size)
    ),
    DAV + "quota-available-bytes": lambda node, seen: (
        str(seen.available()) if node.is_folder else None
    ),
    DAV + "quota-used-bytes": lambda node, seen: (
        str(seen.used(node)) if node.is_folder else None
    ),
    DAV + "creationdate": lambda node, _: time.strftime(
        "%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(node.created)
    ),
    OC + "id": lambda node, _: node.oc_id,
    OC + "fileid": lambda node, _: str(node.id),
    OC + "size": lambda node, _: str(node.size),
    OC + "permissions": lambda node, _: (
        FOLDER_PERMISSIONS if node.is_folder else FILE_PERMISSIONS
    ),
    OC + "favorite": lambda node, _: node.custom.get(OC + "favorite", "0"),
    OC + "owner-id": lambda _, seen: escape(seen.owner),
    OC + "owner-display-name": lambda _, seen: escape(seen.owner_name),
    OC + "share-types": _share_types,
    OC + "checksums": lambda node, _: (
        f"<oc:checksum>{escape(node.checksum)}</oc:checksum>" if node.checksum else None
    ),
    NC + "has-preview": lambda node, _: (
        "true"
        if not node.is_folder and node.content_type.startswith("image/")
        else "false"
    ),
    NC + "is-encrypted": lambda node, _: "0" if node.is_folder else None,
    NC + "mount-type": lambda *_: "",
    NC + "contained-folder-count": lambda node, _: _count(node, folders=True),
    NC + "contained-file-count": lambda node, _: _count(node, folders=False),
    NC + "creation_time": lambda node, _: str(node.created),
    NC + "upload_time": lambda node, _: None if node.is_folder else str(node.uploaded),
}
ALLPROP = [
    DAV + name
    for name in (
        "getlastmodified", "getcontentlength", "resourcetype", "quota-used-bytes", "quota-available-bytes",
        "getetag", "getcontenttype",
    )
]  # fmt: skip


def _count(node: Node, *, folders: bool) -> str | None:
    if not node.is_folder:
        return None
    return str(sum(child.is_folder == folders for child in node.children.values()))


@dataclass(slots=True)
class Wanted:
    """The properties that a request names; *minimal* leaves out those that are missing."""

    names: Sequence[str]
    minimal: bool = False
    values: dict[str, Value] = field(default_factory=lambda: VALUES)

    def response(self, href: str, node: Node, seen: Seen) -> str:
        """One ``d:response``."""
        found: list[str] = []
        missing: list[str] = []
        for name in self.names:
            value = self.values.get(name, _dead(name))(node, seen)
            if value is None:
                missing.append(empty(name))
            elif value == "" and not name.endswith("mount-type"):
                found.append(empty(name))
            else:
                opening, closing = tags(name)
                found.append(f"{opening}{value}{closing}")
        good = propstat(found, "200 OK") if found else ""
        bad = propstat(missing, "404 Not Found") if missing and not self.minimal else ""
        return f"<d:response><d:href>{href}</d:href>{good}{bad}</d:response>"


def multistatus(responses: Iterable[str]) -> bytes:
    return "".join((HEAD, *responses, "</d:multistatus>\n")).encode()


def propstat(properties: Sequence[str], status: str) -> str:
    return f"<d:propstat><d:prop>{''.join(properties)}</d:prop><d:status>HTTP/1.1 {status}</d:status></d:propstat>"


@lru_cache(512)
def tags(name: str) -> tuple[str, str]:
    """Opening and closing tag of a Clark name; foreign namespaces become ``x1``."""
    uri, _, local = name.removeprefix("{").rpartition("}")
    prefix = PREFIX_OF.get(uri)
    if prefix is None:
        return f'<x1:{local} xmlns:x1="{escape(uri)}">', f"</x1:{local}>"
    return f"<{prefix}:{local}>", f"</{prefix}:{local}>"


@lru_cache(512)
def empty(name: str) -> str:
    return tags(name)[0][:-1] + "/>"


@lru_cache(64)
def _dead(name: str) -> Value:
    return lambda node, _: escape(node.custom[name]) if name in node.custom else None


def parse(body: bytes) -> etree._Element:
    try:
        return etree.fromstring(
            body, etree.XMLParser(resolve_entities=False, no_network=True)
        )
    except etree.XMLSyntaxError as error:
        reason = str(error.msg).rpartition(" line ")[0].rpartition(" line ")[0]
        line, column = error.position
        message = f"{reason}\n on line {line}, column {column}"
        raise bad_request(message) from error


def wanted(body: bytes, *, minimal: bool) -> Wanted:
    """Read a ``d:propfind``; without a body, or with allprop or propname, it is the short default set."""
    if body.strip():
        root = parse(body)
        prop = root.find(DAV + "prop")
        if prop is not None:
            return Wanted(
                [str(child.tag) for child in prop if isinstance(child.tag, str)],
                minimal=minimal,
            )
    return Wanted(ALLPROP, minimal=True)
