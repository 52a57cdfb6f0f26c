"""SEARCH (SearchDAV 0.6, as far as recorded) and the REPORT that filters favourites."""

import calendar
import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from tests.peers.nextcloud.errors import DavError, bad_request, not_found
from tests.peers.nextcloud.files import Files
from tests.peers.nextcloud.node import Node
from tests.peers.nextcloud.paths import Parts, parts_of
from tests.peers.nextcloud.properties import DAV, OC, Seen, Wanted, multistatus, parse
from tests.peers.nextcloud.propfind import Mount
from tests.peers.nextcloud.wire import XML, Answer, Request, decoded

FIRST_RESULT = "{https://github.com/icewind1991/SearchDAV/ns}firstresult"
FOLDER_TYPE = "httpd/unix-directory"
Test = Callable[[Node], bool]
Key = Callable[[Node], Any]

KEYS: dict[str, Key] = {
    DAV + "displayname": lambda node: node.name,
    DAV + "getlastmodified": lambda node: node.mtime,
    DAV + "getcontenttype": lambda node: (
        FOLDER_TYPE if node.is_folder else node.content_type
    ),
    OC + "size": lambda node: node.size,
    OC + "fileid": lambda node: node.id,
}


async def search(request: Request, files: Files, seen: Seen) -> Answer:
    """The scope's depth is ignored: always all below. The scope itself counts, but is not shown."""
    query = parse(await request.body()).find(DAV + "basicsearch")
    if query is None:
        raise bad_request("Missing {DAV:}basicsearch")
    scope = _scope(query, files, seen.owner)
    where = query.find(DAV + "where")
    if where is None or len(where) == 0:
        message = "OCA\\DAV\\Files\\FileSearchBackend::extractWhereValue(): Argument #1 ($operator) must be of type"
        raise DavError(
            500, "TypeError", message + " SearchDAV\\Query\\Operator, null given"
        )
    matches = _test(where[0])
    found = [node for node in (scope, *scope.below()) if matches(node)]
    found.sort(key=lambda node: node.id)
    for order in reversed(query.findall(f"{DAV}orderby/{DAV}order")):
        found.sort(
            key=KEYS[_property(order)],
            reverse=order.find(DAV + "descending") is not None,
        )
    chosen = [node for node in found[_window(query)] if node is not scope]
    names = Wanted(
        [str(prop.tag) for prop in query.iterfind(f"{DAV}select/{DAV}prop/*")],
        minimal=True,
    )
    mount = Mount(f"/remote.php/dav/files/{seen.owner}")
    responses = [names.response(mount.href(node), node, seen) for node in chosen]
    return Answer(
        207,
        {"Content-Type": 'application/xml; charset="utf-8"'},
        multistatus(responses),
        compress=True,
    )


async def report(
    request: Request, files: Files, mount: Mount, parts: Parts, seen: Seen
) -> Answer:
    """``oc:filter-files`` by favourite, and nothing else."""
    root = parse(await request.body())
    files.node(parts)
    if root.find(f"{OC}filter-rules/{OC}favorite") is None:
        raise bad_request("Missing filter-rule block in request")
    names = Wanted([str(prop.tag) for prop in root.iterfind(f"{DAV}prop/*")])
    liked = [
        node
        for node in files.tree.root.below()
        if node.custom.get(OC + "favorite") == "1"
    ]
    body = multistatus(names.response(mount.href(node), node, seen) for node in liked)
    return Answer(207, {"Content-Type": XML}, body, compress=True)


def _scope(query: etree._Element, files: Files, user: str) -> Node:
    href = decoded((query.findtext(f"{DAV}from/{DAV}scope/{DAV}href") or "").encode())
    place, _, rest = href.removeprefix("/").partition("/")
    if place != "files":
        raise not_found(f"File not found: {place} in 'root'")
    owner, _, rest = rest.partition("/")
    if owner != user:
        raise not_found(f"File not found: {owner} in 'files'")
    return files.node(parts_of(rest))


def _window(query: etree._Element) -> slice:
    limit = query.findtext(f"{DAV}limit/{DAV}nresults")
    first = int(query.findtext(f"{DAV}limit/{FIRST_RESULT}") or 0)
    return slice(first, first + int(limit) if limit else None)


def _property(operator: etree._Element) -> str:
    prop = operator.find(f"{DAV}prop/*")
    if prop is None or str(prop.tag) not in KEYS:
        raise bad_request("Property not known")
    return str(prop.tag)


def _test(operator: etree._Element) -> Test:
    kind = etree.QName(operator).localname
    if kind == "is-collection":
        return lambda node: node.is_folder
    if kind in ("and", "or", "not"):
        tests = [_test(child) for child in operator]
        return {
            "and": lambda node: all(test(node) for test in tests),
            "or": lambda node: any(test(node) for test in tests),
            "not": lambda node: not tests[0](node),
        }[kind]
    return _comparison(
        kind, _property(operator), operator.findtext(DAV + "literal") or ""
    )


def _comparison(kind: str, name: str, literal: str) -> Test:
    key = KEYS[name]
    if kind == "like":
        inner = literal.strip("%").casefold()
        if literal.startswith("%"):
            return lambda node: inner in str(key(node)).casefold()
        return lambda node: str(key(node)).casefold().startswith(inner)
    value: Any = literal
    if name == DAV + "getlastmodified":
        value = _seconds(literal)
    elif name.startswith(OC):
        value = int(
            "0" + "".join(re.findall(r"^\d+", literal))
        )  # PHP's cast: an OC-FileId is its number
    tests: dict[str, Test] = {
        "eq": lambda node: key(node) == value,
        "gt": lambda node: key(node) > value,
        "gte": lambda node: key(node) >= value,
        "lt": lambda node: key(node) < value,
        "lte": lambda node: key(node) <= value,
    }
    if kind not in tests:
        raise bad_request(f"Operator {kind} not known")
    return tests[kind]


def _seconds(literal: str) -> int:
    if literal.isdigit():
        return int(literal)
    if literal[:1].isdigit():
        return calendar.timegm(time.strptime(literal[:19], "%Y-%m-%dT%H:%M:%S"))
    return int(parsedate_to_datetime(literal).timestamp())
