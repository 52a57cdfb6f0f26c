"""Failures as pages: the same sentences that the routes answer as problem details."""

import logging
from collections.abc import Mapping

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from contracts.errors import Broken, NotFound, Rejected, ServiceError
from gateway.console.pages import page as render

logger = logging.getLogger(__name__)


def page(request: Request, error: ServiceError) -> Response:
    """Show *error* with its own status."""
    headers: Mapping[str, str] = {}
    if error.retry_after_s is not None:
        headers = {"Retry-After": str(max(1, round(error.retry_after_s)))}
    return render(
        request, "trouble.html", http_status=error.status, headers=headers, error=error
    )


async def on_service_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    return page(request, error)


async def on_invalid(request: Request, error: Exception) -> Response:
    """An address that no page of ours links to, such as an id with odd characters."""
    assert isinstance(error, RequestValidationError)
    return page(request, Rejected("This address holds something that cannot be."))


async def on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return page(request, NotFound("The console has no such page."))
    return render(
        request,
        "trouble.html",
        http_status=error.status_code,
        headers=error.headers or {},
        error=Rejected(str(error.detail)),
    )


async def on_unexpected(request: Request, error: Exception) -> Response:
    """Starlette re-raises after this answer; the log line is the server's."""
    logger.error("unexpected error", exc_info=error)
    return page(request, Broken("An error of ours; the log has it."))
