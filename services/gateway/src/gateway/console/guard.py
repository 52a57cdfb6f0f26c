"""The door of the console: who is not signed in sees the sign-in page, and no other site can press a button here."""

from urllib.parse import quote, urlencode, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.errors import Forbidden, Unauthenticated
from gateway.console import trouble
from gateway.console.places import SIGN_IN, STATIC, TOP
from gateway.console.sessions import Sessions

COOKIE = "etm_console"
BY_ITSELF = "x-console-refresh"
"""Sent by ``live.js``: nobody asked for this page, it refreshes itself."""
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would have browsers send "Origin: null" with our own forms (Fetch, "append a request Origin").
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """ASGI middleware around all of the console: closed unless signed in, and every answer has ``_HEADERS``."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        is_static = _is_static(scope["path"])

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = "max-age=600" if is_static else "no-store"
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        scope["app"] = self._app  # also a refusal is a page of the console's
        refusal = self._refusal(Request(scope))
        await (refusal or self._app)(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        """What is answered in place of the page; else ``request.state.visitor`` says who looks."""
        if request.method not in {"GET", "HEAD"} and not _from_our_pages(request):
            return trouble.page(
                request, Forbidden("This was not sent by a page of the console.")
            )
        by_hand = BY_ITSELF not in request.headers
        visitor = self._sessions.visitor(
            request.cookies.get(COOKIE, ""), by_hand=by_hand
        )
        request.state.visitor = visitor
        path = request.scope["path"]
        if visitor is not None or path == SIGN_IN or _is_static(path):
            return None
        if not by_hand:
            return trouble.page(request, Unauthenticated("The session has ended."))
        return RedirectResponse(_sign_in(request), status_code=303)


def _is_static(path: str) -> bool:
    """Style, script and icon: the same for everybody."""
    return path.startswith(f"{STATIC}/")


def _sign_in(request: Request) -> str:
    """The sign-in page, which leads on to the page that was asked for: an alarm's mail names a report."""
    wanted = quote(request.scope["path"].removeprefix(TOP))
    if request.method not in {"GET", "HEAD"} or wanted in {"", "/"}:
        return SIGN_IN
    if request.url.query:
        wanted += f"?{request.url.query}"
    return f"{SIGN_IN}?{urlencode({'to': wanted})}"


def _from_our_pages(request: Request) -> bool:
    """
    Whether a browser says that a page of this very site sent the request.

    ``Sec-Fetch-Site`` is sent to trustworthy addresses (https, loopback), ``Origin`` with each POST; a request with
    neither is no browser's. Source: W3C Fetch Metadata; OWASP, "Cross-Site Request Forgery Prevention".
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    try:
        origin = urlsplit(request.headers.get("origin", ""))
    except ValueError:
        return False
    return origin.netloc == request.headers.get("host") != ""
