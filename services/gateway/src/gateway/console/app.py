"""The console, put together: an app of its own below the gateway's."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from chassis.database_problems import add_database_problems
from contracts.errors import ServiceError
from gateway.console import (
    document_routes,
    notice_routes,
    report_routes,
    routes,
    sign_in_routes,
    trouble,
)
from gateway.console.guard import Guard
from gateway.console.places import TOP
from gateway.console.sessions import Sessions

__all__ = ["TOP", "mount"]


def mount(gateway: FastAPI) -> None:
    """Put the console below ``TOP`` of *gateway*; people sign in with its keys."""
    sessions = Sessions(gateway.state.keys)
    pages = FastAPI(
        title="ETM console", openapi_url=None, docs_url=None, redoc_url=None
    )
    pages.state.gateway = gateway
    pages.state.sessions = sessions
    for module in (
        routes,
        sign_in_routes,
        report_routes,
        notice_routes,
        document_routes,
    ):
        pages.include_router(module.router)
    pages.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    pages.add_exception_handler(ServiceError, trouble.on_service_error)
    add_database_problems(pages, trouble.on_service_error)
    pages.add_exception_handler(RequestValidationError, trouble.on_invalid)
    pages.add_exception_handler(HTTPException, trouble.on_http_exception)
    pages.add_exception_handler(Exception, trouble.on_unexpected)

    async def to_top() -> Response:
        return RedirectResponse(f"{TOP}/", status_code=303)

    gateway.add_api_route(TOP, to_top, include_in_schema=False, response_model=None)
    gateway.mount(TOP, Guard(pages, sessions))
