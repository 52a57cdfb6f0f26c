"""Faults on demand: which requests fail, how, and how often."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.peers.nextcloud.accounts import in_the_words_of, refused_access
from tests.peers.nextcloud.deck.checks import internal_error
from tests.peers.nextcloud.errors import (
    DavError,
    DeckError,
    NginxError,
    OcsError,
    Page,
    Refusal,
    insufficient_storage,
    locked,
)
from tests.peers.nextcloud.wire import JSON, Answer, Request
from tests.peers.serving import ConnectionCut

_PORTALS = {
    200: Page(200, "Sign in to this network", {"ETag": '"sign-in"'}),
    302: Page(302, "Found", {"Location": "https://portal.example.org/sign-in"}),
}
MAINTENANCE_S = 120  # what Nextcloud's page asks for, as recorded
When = Literal["before", "upload", "after", "download"]


@dataclass(slots=True, eq=False)
class Fault:
    """
    One rule. It applies to the next *times* requests whose method and path match (None: to all).

    *path* is searched as a regular expression in the decoded path, from ``/remote.php`` on.
    """

    method: str
    path: str
    times: int | None
    status: int | None = None
    written: bool = False  # with *status*: the request is carried out first
    cut: When | None = None
    delay_s: float = 0
    wrong_hash: bool = False
    truncated: bool = False
    stalls: bool = False
    content_range: str | None = None
    hits: int = 0  # how often it applied

    def matches(self, request: Request) -> bool:
        exhausted = self.times is not None and self.hits >= self.times
        fits = not self.method or request.method in self.method.split("|")
        return not exhausted and fits and re.search(self.path, request.path) is not None

    def spoil(self, answer: Answer) -> Answer:
        """What is sent in place of an *answer* that was ready."""
        if self.cut == "after":
            raise ConnectionCut
        answer.half |= self.stalls or self.cut == "download"
        answer.stalls |= self.stalls
        if self.truncated:
            answer.body = answer.body[: len(answer.body) // 2]
        if self.content_range is not None and answer.status == 206:
            answer.headers["Content-Range"] = self.content_range
        return answer


@dataclass(slots=True)
class Faults:
    """
    The rules in force. Each method below adds one and returns it; ``hits`` tells how often it struck.

    *retry_after_s* is what a page in maintenance asks callers to wait.
    """

    rules: list[Fault] = field(default_factory=list)
    maintenance: bool = False
    retry_after_s: int = MAINTENANCE_S

    def refusal(self, status: int, path: str) -> Refusal:
        """
        What is answered with *status* at *path*: Nextcloud's XML, JSON or page.

        200 and 302 are those of what stands between: a page to sign in, and the way to it.
        """
        if status in (408, 413, 502, 504):
            return NginxError(status)
        if status in (200, 302):
            return _PORTALS[status]
        if status == 503:
            return self.in_maintenance(path)
        return _nextcloud_refusal(status, path)

    def in_maintenance(self, path: str) -> Refusal:
        """WebDAV says so in XML without Retry-After, OCS in JSON, the rest in HTML with Retry-After."""
        if path.startswith(("/remote.php", "/public.php")):
            return DavError(
                503,
                "OCA\\DAV\\Exception\\ServerMaintenanceMode",
                "System is in maintenance mode.",
            )
        if path.startswith("/ocs/"):
            return _OcsMaintenance(503, "Service unavailable")
        headers = {
            "X-Nextcloud-Maintenance-Mode": "1",
            "Retry-After": str(self.retry_after_s),
        }
        return Page(503, "Maintenance mode", headers)

    def fail(
        self,
        status: int,
        *,
        method: str = "",
        path: str = "",
        times: int | None = 1,
        written: bool = False,
    ) -> Fault:
        """Answer *status*; with *written* the request is carried out all the same, as Deck's 500 may have been."""
        return self._add(Fault(method, path, times, status=status, written=written))

    def cut(
        self, when: When, *, method: str = "", path: str = "", times: int | None = 1
    ) -> Fault:
        """
        Cut the connection.

        ``before`` anything is read, half-way through the ``upload``, ``after`` the request was carried out
        (a lost answer), or half-way through the ``download``.
        """
        return self._add(Fault(method, path, times, cut=when))

    def stall(self, *, path: str) -> Fault:
        """Send nothing more half-way through a download, for as long as the caller waits."""
        return self._add(Fault("GET", path, 1, stalls=True))

    def misplace(self, content_range: str, *, path: str) -> Fault:
        """Say of a part of a file that it is another one, or ``""`` for a part that nobody can place."""
        return self._add(Fault("GET", path, None, content_range=content_range))

    def slow(
        self,
        delay_s: float,
        *,
        method: str = "",
        path: str = "",
        times: int | None = None,
    ) -> Fault:
        """Wait before the request is looked at."""
        return self._add(Fault(method, path, times, delay_s=delay_s))

    def wrong_hash(self) -> Fault:
        """Answer an ``X-Hash-…`` that is not the hash of what was stored."""
        return self._add(Fault("PUT|MOVE", "", 1, wrong_hash=True))

    def truncate(self) -> Fault:
        """Send only the first half of a listing, as if it were the whole."""
        return self._add(Fault("PROPFIND|SEARCH|REPORT|GET", "", 1, truncated=True))

    def remove(self, fault: Fault) -> None:
        self.rules.remove(fault)

    def clear(self) -> None:
        self.rules.clear()
        self.maintenance = False

    def striking(self, request: Request) -> Iterator[Fault]:
        """The rules that apply to *request*, each counted."""
        for fault in [rule for rule in self.rules if rule.matches(request)]:
            fault.hits += 1
            yield fault

    def _add(self, fault: Fault) -> Fault:
        self.rules.append(fault)
        return fault


def _nextcloud_refusal(status: int, path: str) -> Refusal:
    if status in (401, 429):
        return in_the_words_of(path, refused_access(status))
    if path.startswith("/ocs/"):
        return OcsError(status, "a fault on demand")
    if "/apps/deck/" in path:
        return (
            internal_error()
            if status == 500
            else DeckError(status, "Permission denied")
        )
    return _dav_refusal(status, path)


def _dav_refusal(status: int, path: str) -> Refusal:
    if status == 423:
        return locked(path.split("/", 5)[-1], "exclusive")
    if status == 507:
        return insufficient_storage("/", 1, 0)
    return DavError(status, "Exception", "a fault on demand")


class _OcsMaintenance(OcsError):
    def answer(self) -> Answer:
        answer = super().answer()
        answer.headers = {"Content-Type": JSON, "X-Nextcloud-Maintenance-Mode": "1"}
        return answer
