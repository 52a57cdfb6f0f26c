"""Signing in with one of ``API_KEYS``, and out."""

import logging
from urllib.parse import unquote

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.console import small_form
from gateway.console.guard import COOKIE
from gateway.console.pages import onward, page
from gateway.console.places import TOP
from gateway.console.sessions import Sessions

logger = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def show_form(request: Request) -> Response:
    to = _within(request.query_params.get("to", ""))
    if request.state.visitor is not None:
        return onward(to)
    return page(request, "sign_in.html", wrong=False, to=to)


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """
    Compare the key, and give the browser a token in its place.

    Why wrong keys are not counted: docs/decisions/0013-the-console-is-the-gateways.md
    """
    sessions: Sessions = request.app.state.sessions
    given = await small_form.fields(request)
    to = _within(given.get("to", ""))
    token = sessions.open(given.get("key", "").strip())
    if token is None:
        address = request.client.host if request.client else ""
        logger.warning("wrong key at the console's sign-in", extra={"from": address})
        return page(request, "sign_in.html", http_status=401, wrong=True, to=to)
    answer = onward(to)
    answer.set_cookie(
        COOKIE,
        token,
        path=TOP,
        secure=_is_https(request),
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    sessions: Sessions = request.app.state.sessions
    sessions.close(request.cookies.get(COOKIE, ""))
    answer = onward("/sign-in", "signed-out")
    answer.delete_cookie(COOKIE, path=TOP, httponly=True, samesite="strict")
    return answer


def _within(to: str) -> str:
    """The page of the console to go on to; anybody may have made the link."""
    path, _, _ = to.partition("?")
    return to if path.startswith("/") and ".." not in unquote(path) else "/"


def _is_https(request: Request) -> bool:
    """A header that anybody may send is enough: who forges it hardens his own cookie."""
    forwarded = request.headers.get("x-forwarded-proto", "")
    return "https" in {request.url.scheme, forwarded}
