"""Errors as RFC 9457 problem details, in the form that n8n shows."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.fields import change_fields
from chassis.logs import AlreadyLogged
from contracts.errors import (
    Broken,
    NotFound,
    Problem,
    ServiceError,
    error_class,
)
from contracts.request_id import current_request_id

logger = logging.getLogger(__name__)

_PROBLEM_JSON = "application/problem+json"
_DETAILS = {
    404: "There is no such route; {docs} lists what there is.",
    405: "This route takes {taken}, not {method}; {docs} describes it.",
}


_PROBLEM = {"model": Problem, "description": "Problem details (RFC 9457)"}
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    422: _PROBLEM,
    "4XX": _PROBLEM,
    "5XX": _PROBLEM,
}
"""What every route's description says of its failures."""


def add_problem_handlers(app: FastAPI, routers: Sequence[APIRouter] = ()) -> None:
    """Answer every failure of *app* as problem details; of *routers* a wrong method says which are right."""
    app.state.routers = tuple(routers)
    app.add_exception_handler(ServiceError, on_service_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_exception)


class AnsweredFailures:
    """
    ASGI middleware: what nobody foresaw is logged here and answered as our fault.

    Starlette's own handler for it stands outside of all middleware: its answers had no ``X-Request-ID``, left the body
    unread and were counted as callers who left.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # the start and the end of the service
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except ClientDisconnect:
            logger.info("the caller hung up half-way")
        except Exception as error:
            if begun:
                _tell_half_answered(error)
                raise  # half an answer: the server hangs up
            logger.exception("unexpected error")
            broken = Broken("An error of ours; the log has it under this request_id.")
            await send_problem(broken, scope, receive, send)


def _tell_half_answered(error: Exception) -> None:
    """
    Log an outside that broke off in the middle of an answer in one line; of any other error the server logs the traceback.

    Raises:
        AlreadyLogged: That was it.
    """
    # Starlette wraps what it cannot answer any more.
    cause = error if isinstance(error, ServiceError) else error.__cause__
    if isinstance(cause, ServiceError):
        logger.warning(
            "broke off in the middle of an answer",
            extra={"code": cause.code, "detail": cause.detail},
        )
        raise AlreadyLogged from error


async def send_problem(
    error: ServiceError, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer *error* from outside of the routes."""
    await _answer(error.problem(current_request_id()), Headers(scope=scope))(
        scope, receive, send
    )


async def on_service_error(request: Request, error: Exception) -> Response:
    """Answer a `ServiceError` that left a route."""
    assert isinstance(error, ServiceError)
    if error.status >= 500:
        logger.warning(
            "request failed", extra={"code": error.code, "detail": error.detail}
        )
    return _answer(error.problem(current_request_id()), request.headers)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    rejected = change_fields(error.errors())
    return _answer(rejected.problem(current_request_id()), request.headers)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = error_class(error.status_code)
    title = HTTPStatus(error.status_code).phrase
    said = _DETAILS.get(error.status_code)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        first = headers.get("Allow", "GET, HEAD")  # the page's files say none
        headers["Allow"] = ", ".join(_methods(request, first))
    problem = Problem(
        type="about:blank",
        title=title,
        status=error.status_code,
        code=kind.code if kind is NotFound else title.lower().replace(" ", "_"),
        detail=said.format(
            docs=request.app.docs_url,
            method=request.method,
            taken=headers.get("Allow", "").replace(", ", " or "),
        )
        if said
        else str(error.detail),
        request_id=current_request_id(),
    )
    response = _answer(problem, request.headers)
    response.headers.update(headers)
    return response


def _methods(request: Request, first: str) -> list[str]:
    """All that the path takes, as RFC 9110 §15.5.6 has it: the framework names those of the *first* of its routes."""
    routes = (route for router in request.app.state.routers for route in router.routes)
    others = (
        route.methods or set()
        for route in routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is Match.PARTIAL
    )
    return sorted({*first.split(", ")}.union(*others))


def _answer(problem: Problem, headers: Headers) -> Response:
    asked = _PROBLEM_JSON in headers.get("accept", "")
    response = Response(
        problem.model_dump_json(exclude_none=True),
        status_code=problem.status,
        media_type=_PROBLEM_JSON if asked else "application/json",
    )
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(max(1, ceil(problem.retry_after_s)))
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
