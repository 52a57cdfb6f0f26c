"""
Keys with scopes, on every route but ``/healthz``.

``API_KEYS`` holds entries parted by ``;`` or line breaks, each ``name=key scope scope``:
``n8n=<key> storage knowledge:read; gateway=<key>``. A scope is a service (``storage``), a service to read only
(``knowledge:read``) or ``*``; an entry without a scope may do everything. Several keys at once let one be rotated.

Why so: docs/decisions/0003-keys-and-loopback.md
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.problems import send_problem
from contracts.errors import Forbidden, Unauthenticated

_MIN_KEY_LENGTH = 16
_SCOPE = re.compile(r"\*|[a-z][a-z-]*(:read)?")
_READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK_NAMES = frozenset({"127.0.0.1", "[::1]", "localhost"})


class BadKeys(ValueError):
    """``API_KEYS`` is not of its form; says which entry, never the key."""


@dataclass(frozen=True)
class Key:
    """One caller's key; only its SHA-256 is kept."""

    name: str
    digest: bytes
    scopes: frozenset[str]

    def may(self, service: str, *, write: bool) -> bool:
        granted = {"*", service} if write else {"*", service, f"{service}:read"}
        return not self.scopes or bool(self.scopes & granted)


def parse_keys(text: str) -> tuple[Key, ...]:
    """
    Read ``API_KEYS``.

    Raises:
        BadKeys: An entry without a name, with a key under 16 characters, or with a scope that is none.
    """
    entries = (entry.strip() for entry in text.replace("\n", ";").split(";"))
    return tuple(
        _parse_key(entry, place)
        for place, entry in enumerate(filter(None, entries), start=1)
    )


def _parse_key(entry: str, place: int) -> Key:
    name, _, rest = entry.partition("=")
    key, *scopes = rest.split() or [""]
    if not name.strip() or len(key) < _MIN_KEY_LENGTH:
        raise BadKeys(
            f"API_KEYS entry {place}: write name=key, the key at least {_MIN_KEY_LENGTH} characters long"
        )
    if not all(map(_SCOPE.fullmatch, scopes)):
        # Which one is not said: where the entries are parted wrongly it is another's key.
        raise BadKeys(
            f"API_KEYS entry {place}: after the key write scopes parted by blanks, such as storage, storage:read or *;"
            " entries are parted by ';'"
        )
    return Key(name.strip(), _digest(key), frozenset(scopes))


class KeyAuth:
    """
    ASGI middleware: lets a request in by its key, else answers 401 or 403.

    Args:
        app: What is guarded.
        service: Its name in the scopes.
        keys: With none, every caller is let in; only for a service that listens on loopback, where a ``Host``
            that is not loopback's is refused, so that no web page can reach it by a rebound name, and such an
            ``Origin``, so that none can send it a form.
        read_routes: ``POST`` paths that only read.
        own_sign_in: The paths below which people sign in, with these keys too: no header is asked for
            there, so that nothing else may stand there.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        service: str,
        keys: tuple[Key, ...],
        read_routes: frozenset[str] = frozenset(),
        own_sign_in: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._service = service
        self._keys = keys
        self._read_routes = read_routes
        self._own_sign_in = own_sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != "/healthz":
            try:
                self._admit(scope)
            except (Unauthenticated, Forbidden) as error:
                await send_problem(error, scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _admit(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if not self._keys:
            _require_loopback(headers.get("host", ""))
            _require_loopback(headers.get("origin", "//127.0.0.1").partition("//")[2])
            return
        if any(is_below(scope["path"], top) for top in self._own_sign_in):
            return
        key = self._key_of(headers)
        write = (
            scope["method"] not in _READ_METHODS
            and scope["path"] not in self._read_routes
        )
        if not key.may(self._service, write=write):
            kind = "write to" if write else "read from"
            wanted = self._service if write else f"{self._service}:read"
            raise Forbidden(
                f"The key {key.name!r} may not {kind} {self._service}; add the scope {wanted} to it in API_KEYS."
            )
        scope.setdefault("state", {})["caller"] = key.name

    def _key_of(self, headers: Headers) -> Key:
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        given = (
            bearer.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "")
        )
        found = key_of(self._keys, given)
        if found is None:
            raise Unauthenticated(
                "Send a key that stands in API_KEYS, as 'Authorization: Bearer <key>' or 'X-API-Key: <key>'."
            )
        return found


def key_of(keys: tuple[Key, ...], given: str) -> Key | None:
    """Which of *keys* was given, if any."""
    digest = _digest(given)
    found = None
    for key in keys:  # all of them, so that the time tells nothing
        if hmac.compare_digest(key.digest, digest):
            found = key
    return found


def is_below(path: str, top: str) -> bool:
    """Whether *path* is *top* or stands below it."""
    return path == top or path.startswith(f"{top}/")


def caller_name(app_scope: Scope) -> str:
    """Name whose key let the request in; ``""`` where no keys are set."""
    return str(app_scope.get("state", {}).get("caller", ""))


def require_safe_binding(
    app: FastAPI, *, on_loopback: bool, keys: tuple[Key, ...]
) -> None:
    """
    Refuse to serve the network without a key.

    Raises:
        BadKeys: No key is set and the service does not listen on loopback.
    """
    if not keys and not on_loopback:
        raise BadKeys(
            f"{app.title} has no key: set API_KEYS, or HOST=127.0.0.1 to serve this machine only"
        )


def _require_loopback(host: str) -> None:
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name not in _LOOPBACK_NAMES:
        raise Forbidden(
            "Without API_KEYS this service answers to 127.0.0.1 and localhost only."
        )


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
