"""What Nextcloud answers when it does not do it, as our errors."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import unquote

import httpx

from chassis.patience import LONGEST_GUESS_S
from contracts.errors import (
    Conflict,
    Forbidden,
    NotFound,
    PreconditionFailed,
    RangeNotSatisfiable,
    Rejected,
    ServiceError,
    StorageFull,
    TooLarge,
    Unavailable,
)

_MESSAGE = re.compile(rb"<s:message>([^<]{1,300})</s:message>")
_JSON_MESSAGE = re.compile(rb'"message" *: *("(?:[^"\\]|\\.){1,300}")')
_FILE = re.compile(r"[A-Z]+ /remote\.php/dav/files/[^/]+/(.+)")
"""A request for a file; its caller knows the path, and neither WebDAV nor our account."""
_FILES_API = re.compile(r"[A-Z]+ /remote\.php/")
_DECK = re.compile(
    r"[A-Z]+ (/index\.php/apps/deck/|/ocs/v2\.php/apps/deck/api/v1\.0/search)"
)
"""What is missing in Deck it answers with 403; 404 is what Nextcloud says of an app that is not there (lib/base.php)."""
_RETRY_AFTER = re.compile(r"[0-9]{1,6}")


class Locked(Unavailable):
    """Another writer holds the file: it passes."""


def refusal(
    response: httpx.Response, body: bytes, what: str, *, full_s: float
) -> ServiceError:
    """
    Name the error for an answer that is not a success; 401 and 429 are the breaker's.

    Args:
        response: Its status and headers.
        body: As much of it as was read.
        what: The method and path, for the sentence.
        full_s: When a full Nextcloud is worth another try.
    """
    said = _said(body)
    status = response.status_code
    if response.is_redirect:
        where = response.headers.get("location", "elsewhere")
        return Unavailable(
            f"Nextcloud redirects {what} to {where}: correct NEXTCLOUD_URL."
        )
    if status == 507:
        return StorageFull(
            "Nextcloud has no space left for this; free some, repeat.",
            retry_after_s=full_s,
        )
    if status == 408 or status >= 500:
        return _not_now(response, body, what, said)
    if status == 400 and b"html" in body[:200].lower():
        return Unavailable(
            "Nextcloud does not know this host name: add it to 'trusted_domains'.",
            code="nextcloud_untrusted_domain",
        )
    return _refusal_4xx(status, what, said)


def stranger(response: httpx.Response, what: str) -> Unavailable | None:
    """
    Name the error for a success that is not Nextcloud's: a proxy's page, say, that wants somebody to sign in.

    Its WebDAV says 200 to those who read a file and to nobody else, its APIs speak JSON. Only a Nextcloud that waits for an
    update shows a page in their place: lib/base.php, printUpgradePage.
    """
    if not _FILES_API.match(what):
        is_page = "html" in response.headers.get("content-type", "")
    elif what.startswith(("GET ", "HEAD ")):
        is_page = False
    else:
        is_page = response.status_code == 200
    if not is_page:
        return None
    return Unavailable(
        f"A web page came in place of Nextcloud's answer to {what}: does Nextcloud wait for its update, or does something"
        " between want a sign-in? NEXTCLOUD_URL has to lead to Nextcloud itself.",
        code="nextcloud_unreadable",
    )


def unreached(error: httpx.RequestError) -> Unavailable:
    """Name the error where no answer came, and why: for an admin each is another thing to mend."""
    why = str(error) or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in why:
        why += "; docs/guide-admin.md says how to trust its authority"
    return Unavailable(
        f"Nextcloud is not reached: {why}.", code="nextcloud_unreachable"
    )


def retry_after_s(response: httpx.Response) -> float | None:
    """Read ``Retry-After`` in seconds; a date or nonsense counts as absent."""
    value = response.headers.get("retry-after", "")
    return float(value) if _RETRY_AFTER.fullmatch(value) else None


_BY_STATUS: Mapping[int, tuple[type[ServiceError], str, str]] = {
    403: (Forbidden, "nextcloud_forbidden", "forbids"),
    404: (NotFound, "not_found", "finds nothing for"),
    405: (Conflict, "conflict", "cannot do"),
    409: (Conflict, "conflict", "cannot do"),
    412: (PreconditionFailed, "precondition_failed", "did not do"),
    413: (TooLarge, "too_large", "takes nothing this large:"),
    416: (RangeNotSatisfiable, "range_not_satisfiable", "has no such range:"),
    423: (Locked, "nextcloud_locked", "holds a lock against"),
}


def _refusal_4xx(status: int, what: str, said: str) -> ServiceError:
    if status == 404 and _DECK.match(what):
        return Unavailable(
            "Nextcloud has no Deck for this account: enable the app. What waits for it goes on by itself.",
            code="deck_missing",
        )
    file = _FILE.fullmatch(what) if status == 404 else None
    if file is not None:
        return NotFound(f"Nextcloud has nothing at {unquote(file.group(1))}.")
    kind, code, does = _BY_STATUS.get(
        status, (Rejected, "nextcloud_refused", f"refuses with {status}")
    )
    return kind(f"Nextcloud {does} {what}{said}.", code=code)


def _not_now(
    response: httpx.Response, body: bytes, what: str, said: str
) -> ServiceError:
    if "x-nextcloud-maintenance-mode" in response.headers or b"aintenance" in body:
        # Its pages alone name a wait, of 120 s however long it lasts: lib/base.php, and measured on 31.0.6.
        return Unavailable(
            "Nextcloud is in maintenance mode; repeat later.",
            code="nextcloud_maintenance",
        )
    wait_s = retry_after_s(response)
    return Unavailable(
        f"Nextcloud answered {response.status_code} to {what}{said}.",
        code="nextcloud_error",
        retry_after_s=None if wait_s is None else min(wait_s, LONGEST_GUESS_S),
    )


def _said(body: bytes) -> str:
    """Give its own words: WebDAV's in XML, Deck's and OCS's in JSON."""
    words = ""
    if found := _MESSAGE.search(body):
        words = found.group(1).decode("utf-8", "replace").strip()
    elif found := _JSON_MESSAGE.search(body):
        with suppress(ValueError):
            words = str(json.loads(found.group(1))).strip()
    return f": {words.rstrip('.')}" if words else ""
