"""A recorded exchange: the request to send again, and what its answer must have in common."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.nextcloud_peer.exchange import Reply
from tests.nextcloud_peer.shapes import form, shape

FOLDER = Path(__file__).parent / "recordings"
SAME = (
    "allow",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-range",
    "content-type",
    "dasl",
    "dav",
    "ms-author-via",
    "retry-after",
    "www-authenticate",
    "x-nextcloud-maintenance-mode",
    "x-oc-ctime",
    "x-oc-mtime",
)
SAME_FORM = (
    "etag",
    "last-modified",
    "location",
    "oc-checksum",
    "oc-etag",
    "oc-fileid",
)
HASHES = ("x-hash-sha256", "x-hash-sha1", "x-hash-md5")


@dataclass(frozen=True, slots=True)
class Recording:
    name: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    status: int
    answer_headers: dict[str, str]
    answer: str | dict[str, Any]

    @property
    def answered_at(self) -> float | None:
        """Seconds since the epoch, by the server's own clock."""
        date = self.answer_headers.get("date")
        return parsedate_to_datetime(date).timestamp() if date else None

    def differences(
        self, reply: Reply, sent: bytes, own_words: Callable[[str], str]
    ) -> list[str]:
        """
        What *reply* does otherwise than the recorded server.

        *sent* is what an X-Hash would be the hash of; *own_words* puts the peer's tokens for recorded ones.
        """
        found = []
        if reply.status != self.status:
            found.append(f"status {reply.status}, recorded {self.status}")
        if self.answer_headers:
            found += self._header_differences(reply, sent)
        recorded = self._shape(own_words)
        if recorded is not None and self.method != "HEAD":
            own = shape(reply.headers.get("content-type", ""), reply.body)
            if own != recorded[0]:
                found.append(f"body {_where(own, recorded[0])}")
        return [f"{self.name}: {difference}" for difference in found]

    def _header_differences(self, reply: Reply, sent: bytes) -> list[str]:
        found = []
        for name in SAME + SAME_FORM + HASHES:
            own, recorded = reply.headers.get(name), self.answer_headers.get(name)
            if name in HASHES and recorded is not None:
                recorded = hashlib.new(name.removeprefix("x-hash-"), sent).hexdigest()
            if name in SAME_FORM and own is not None and recorded is not None:
                own, recorded = form(own), form(recorded)
            if own != recorded:
                found.append(f"{name}: {own!r}, recorded {recorded!r}")
        return found

    def _shape(self, own_words: Callable[[str], str]) -> list[Any] | None:
        """In a list, as None is a shape too; None when the body was not recorded whole."""
        if isinstance(self.answer, dict) and "base64" in self.answer:
            return None
        if not isinstance(self.answer, str):
            return None
        kind = self.answer_headers.get("content-type", "text/html")
        return [shape(kind, own_words(self.answer).encode())]


@cache
def load(name: str) -> Recording:
    content = json.loads((FOLDER / f"{name}.json").read_text())
    request, response = content["request"], content["response"]
    return Recording(
        name,
        request["method"],
        request["path"],
        request["headers"],
        _body(request.get("body")),
        response["status"],
        _lower(response.get("headers") or _raw(response.get("headers_raw", ""))),
        response["body"],
    )


def _body(recorded: str | dict[str, Any] | None) -> bytes:
    """Bytes that were too many to record are replaced by as many others, always the same."""
    if recorded is None:
        return b""
    if isinstance(recorded, str):
        return recorded.encode()
    if "base64" in recorded:
        return base64.b64decode(recorded["base64"])
    size = recorded.get("binary_bytes", recorded.get("bytes", 0))
    return hashlib.shake_128(recorded["sha1"].encode()).digest(size)


def _lower(headers: dict[str, Any]) -> dict[str, str]:
    return {
        name.lower(): ", ".join(value) if isinstance(value, list) else value
        for name, value in headers.items()
    }


def _raw(head: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w-]+): (.*?)\r?$", head, re.MULTILINE))


def _where(own: Any, recorded: Any) -> str:
    """The surroundings of the first difference."""
    ours, theirs = repr(own), repr(recorded)
    pairs = enumerate(zip(ours, theirs, strict=False))
    same = next((place for place, (own, other) in pairs if own != other), 0)
    start = max(same - 150, 0)
    return f"{ours[start : same + 150]}\n  recorded {theirs[start : same + 150]}"
