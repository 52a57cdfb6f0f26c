"""What a WebDAV request's headers and body ask for, and the short answers that fit."""

import re
from email.utils import parsedate_to_datetime

from tests.peers.nextcloud.errors import (
    SABRE,
    DavError,
    bad_request,
    forbidden,
    precondition_failed,
)
from tests.peers.nextcloud.node import Node
from tests.peers.nextcloud.paths import Parts, destination_of, parts_of
from tests.peers.nextcloud.properties import DAV, parse
from tests.peers.nextcloud.wire import HTML, Answer, Request

ALLOWED = "OPTIONS, GET, HEAD, DELETE, PROPFIND, PUT, PROPPATCH, COPY, MOVE, REPORT"


def check_conditions(request: Request, node: Node | None) -> None:
    """If-Match and If-None-Match. Raises 412."""
    current = f'"{node.etag}"' if node else ""
    wanted, unwanted = (
        request.headers.get("if-match"),
        request.headers.get("if-none-match"),
    )
    if wanted is not None and node is None:
        raise precondition_failed(
            "An If-Match header was specified and the resource did not exist",
            "If-Match",
        )
    if (
        wanted is not None
        and wanted != "*"
        and current not in [etag.strip() for etag in wanted.split(",")]
    ):
        message = (
            "An If-Match header was specified, but none of the specified ETags matched."
        )
        raise precondition_failed(message, "If-Match", current)
    if (
        unwanted is not None
        and node is not None
        and (unwanted == "*" or current in unwanted)
    ):
        message = "An If-None-Match header was specified, but the ETag matched (or * was specified)."
        raise precondition_failed(message, "If-None-Match")


def is_unchanged(if_range: str, etag: str, mtime: int) -> bool:
    """
    Whether If-Range lets the range stand; the whole file is the answer where not.

    Measured on 31.0.6: the strong ETag as it is, in its quotes, or a time not before the file's; a weak or bare ETag, ``*``
    and nonsense give the whole, also for a range that lies beyond the end.
    Source: sabre/dav lib/DAV/CorePlugin.php, httpGet.
    """
    if not if_range:
        return True
    try:
        return mtime <= parsedate_to_datetime(if_range).timestamp()
    except ValueError:
        return if_range == etag


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """
    First byte and the one after the last; None where the header asks for none: several, or in another unit than bytes. Raises 416.

    Source: sabre/dav lib/DAV/Server.php, getHTTPRange; lib/DAV/CorePlugin.php, httpGet.
    """
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", header.strip(), re.IGNORECASE)
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if start >= size or end <= start:
        message = "The start offset exceeded the size of the entity"
        raise DavError(416, SABRE + "RequestedRangeNotSatisfiable", message)
    return start, end


def destination_in(request: Request, base: str) -> Parts:
    """Where a MOVE or COPY goes, below *base*. Raises 400 without the header, 403 for somewhere else."""
    header = request.headers.get("destination")
    if header is None:
        raise bad_request("The destination header was not supplied")
    path = destination_of(header)
    if not path.startswith(base + "/"):
        raise forbidden("Destination is not below " + base)
    return parts_of(path.removeprefix(base))


def already_exists(node: Node | None = None) -> DavError:
    allowed = ALLOWED if node is None or node.is_folder else ALLOWED + ", PATCH"
    message = "The resource you tried to create already exists"
    return DavError(
        405, SABRE + "MethodNotAllowed", message, headers={"Allow": allowed}
    )


def identity(node: Node) -> dict[str, str]:
    etag = f'"{node.etag}"'
    return {"OC-FileId": node.oc_id, "ETag": etag, "OC-ETag": etag}


def empty(status: int, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"Content-Type": HTML, **(headers or {})})


def check_mkcol_body(body: bytes) -> None:
    root = parse(body) if body.strip() else None
    if root is not None and root.tag != DAV + "mkcol":
        tag = root.tag if str(root.tag).startswith("{") else "{}" + str(root.tag)
        raise bad_request(
            f"Expected {{DAV:}}mkcol but received {tag} as the root element"
        )
