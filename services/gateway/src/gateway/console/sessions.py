"""Who is signed in: random tokens, kept in this process and as their SHA-256 only, so that all end with it."""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from chassis.auth import Key, key_of

IDLE_S = 12 * 3600.0
"""A day's work: who left in the evening signs in again the next morning."""
MOST = 200
"""Then the one unused for longest ends."""


@dataclass(frozen=True)
class Visitor:
    """Who looks, by which key; ``key`` is None where the gateway has none and serves this machine only."""

    key: Key | None

    @property
    def name(self) -> str:
        return self.key.name if self.key else ""

    def may(self, service: str, *, write: bool = False) -> bool:
        return self.key is None or self.key.may(service, write=write)


@dataclass
class _Session:
    key: Key
    used_at: float


class Sessions:
    """
    Opens, finds and closes sessions.

    Args:
        keys: Those of ``API_KEYS``. A key that is taken out of it ends its sessions with the restart that this needs.
        clock: In seconds.
    """

    def __init__(
        self, keys: tuple[Key, ...], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._open: dict[bytes, _Session] = {}

    @property
    def needed(self) -> bool:
        """Whether anybody has to sign in."""
        return bool(self._keys)

    def open(self, given: str) -> str | None:
        """Sign in with a key: the token for the cookie, ``None`` for an unknown key."""
        key = key_of(self._keys, given)
        if key is None:
            return None
        self._drop_idle()
        if len(self._open) >= MOST:
            del self._open[min(self._open, key=lambda token: self._open[token].used_at)]
        token = secrets.token_urlsafe(32)
        self._open[_digest(token)] = _Session(key, self._clock())
        return token

    def visitor(self, token: str, *, by_hand: bool = True) -> Visitor | None:
        """
        Say who shows *token*.

        Args:
            token: Of the cookie.
            by_hand: False for a page that refreshes itself: it does not keep a session from ending.
        """
        if not self._keys:
            return Visitor(None)
        self._drop_idle()
        session = self._open.get(_digest(token))
        if session is None:
            return None
        if by_hand:
            session.used_at = self._clock()
        return Visitor(session.key)

    def close(self, token: str) -> None:
        self._open.pop(_digest(token), None)

    def _drop_idle(self) -> None:
        oldest = self._clock() - IDLE_S
        for token in [t for t, s in self._open.items() if s.used_at < oldest]:
            del self._open[token]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
