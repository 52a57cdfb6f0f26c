"""Who is asking: Basic auth, session cookies, and the brute-force throttle."""

import asyncio
import base64
import binascii
import hmac
import re
import secrets
from collections import Counter

from tests.peers.nextcloud.errors import (
    CONNECTOR,
    SABRE,
    DavError,
    OcsError,
    PlainError,
    Refusal,
)
from tests.peers.nextcloud.wire import Request

# Seconds before each 401 of one address, as recorded; after them it is 429 at once, for right passwords too.
DELAYS_S = (0.7, 0.6, 0.8, 1.2, 2, 4, 7, 13, 25, 25, 25)
NO_BASIC = "No 'Authorization: Basic' header found. Either the client didn't send one, or the server is misconfigured"
NO_BEARER = "No 'Authorization: Bearer' header found. Either the client didn't send one, or the server is mis-configured"
WRONG = "Username or password was incorrect"
# Each user's address is the id followed by it.
MAIL = "@example.org"
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Nextcloud", charset="UTF-8"'}


class Accounts:
    """
    Who signs in as whom.

    Measured on 31.0.6: a user id signs in whatever its capitals, the user's e-mail address with the login password
    alone. An app password goes with the name that it was made under: with the address it is 401 (a wrong password,
    counted as such), as `validateTokenLoginName` in lib/private/User/Session.php compares the two.

    Args:
        names: Maps each user id to the name that is shown.
        password: The app password of all of them, made under their ids.
        delay_scale: What the throttle's seconds are multiplied with.
    """

    def __init__(
        self, names: dict[str, str], password: str, delay_scale: float
    ) -> None:
        self.names = names
        self.password = password
        self.login_password: str | None = None
        self.delay_scale = delay_scale
        self.failures: Counter[str] = Counter()
        # By the value of the cookie.
        self._sessions = {secrets.token_hex(24): user for user in names}

    def lock_out(self) -> None:
        """As if this machine had tried too many wrong passwords."""
        self.failures["127.0.0.1"] = len(DELAYS_S)

    def unlock(self) -> None:
        self.failures.clear()

    async def admit(self, request: Request) -> None:
        """Set ``request.user``. Raises 401 after the throttle's delay, or 429."""
        if self.failures[request.client] >= len(DELAYS_S):
            raise refused_access(429)
        if known := self._session(request):
            request.user = known
        elif "authorization" in request.headers:
            await self._sign_in(request)
        else:
            raise refused_access(401, NO_BASIC)

    def knows(self, request: Request) -> bool:
        """Whether it comes with a session's cookie: that saves the look at the password."""
        return self._session(request) is not None

    def _session(self, request: Request) -> str | None:
        cookie = re.search(
            r"oc_sessionPassphrase=([^;]+)", request.headers.get("cookie", "")
        )
        return self._sessions.get(cookie[1]) if cookie else None

    async def _sign_in(self, request: Request) -> None:
        user = self._user_of(*_credentials(request.headers["authorization"]))
        if user is None:
            delay_s = DELAYS_S[self.failures[request.client]]
            self.failures[request.client] += 1
            await asyncio.sleep(delay_s * self.delay_scale)
            raise refused_access(401)
        request.user = user
        request.session = next(
            cookie for cookie, owner in self._sessions.items() if owner == user
        )

    def _user_of(self, name: str, password: str) -> str | None:
        """Give the user id behind *name*; ``None`` where *password* is not right for it."""
        ids = {user.lower(): user for user in self.names}
        if _same(password, self.password):
            return ids.get(name.lower())
        if self.login_password and _same(password, self.login_password):
            return ids.get(name.lower().removesuffix(MAIL))
        return None


def refused_access(status: int, reason: str = WRONG) -> DavError:
    """401 for *reason*, or 429: no Retry-After, whatever the password."""
    if status == 429:
        hint = '  <o:hint xmlns:o="o:">too many requests</o:hint>'
        return DavError(429, CONNECTOR + "TooManyRequests", extra=hint)
    message = f"No public access to this resource., {reason}, {NO_BEARER}, {reason}"
    return DavError(401, SABRE + "NotAuthenticated", message, headers=CHALLENGE)


def in_the_words_of(path: str, refused: DavError) -> Refusal:
    """The same 401 or 429 as Deck, OCS and the pages say it."""
    if path.startswith(("/remote.php", "/public.php")):
        return refused
    if refused.status == 429:
        return PlainError(429)
    if path.startswith("/ocs/"):
        return OcsError(401, "Current user is not logged in", 997)
    if path.startswith("/apps/deck/"):
        return PlainError(
            401, "CORS requires basic auth" if NO_BASIC in refused.message else ""
        )
    return PlainError(401, "Current user is not logged in")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _credentials(header: str) -> tuple[str, str]:
    kind, _, value = header.partition(" ")
    try:
        user, _, password = (
            base64.b64decode(value, validate=True).decode().partition(":")
        )
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (user, password) if kind.lower() == "basic" else ("", "")
