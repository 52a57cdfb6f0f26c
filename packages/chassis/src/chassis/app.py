"""The app factory: what all four services have in common, in one place."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter, Depends, FastAPI
from prometheus_client import CollectorRegistry, ProcessCollector

from chassis.auth import KeyAuth, parse_keys, require_safe_binding
from chassis.conditions import unconditional
from chassis.docs import DescribedApp, add_docs_page
from chassis.health import Check, health_routes
from chassis.large_bodies import LargeBodies
from chassis.problems import PROBLEM_RESPONSES, AnsweredFailures, add_problem_handlers
from chassis.query_names import known_query
from chassis.requests import DrainedBodies, ObservedRequests, RequestFigures
from chassis.settings import ServiceSettings
from chassis.stopping import Stopping


def service_app(
    name: str,
    settings: ServiceSettings,
    *,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]],
    routers: Sequence[APIRouter],
    checks: Mapping[str, Check],
    read_routes: frozenset[str] = frozenset(),
    own_sign_in: tuple[str, ...] = (),
) -> FastAPI:
    """
    Make a service's app. Nothing is opened before its lifespan.

    Args:
        name: The service's, and its routes' prefix.
        settings: Kept as ``app.state.settings``, their keys as ``app.state.keys``. On ``app.state.stopping`` those listen who let a caller wait.
        lifespan: Opens what the routes use on ``app.state``, and closes it.
        routers: The service's own routes.
        checks: What ``/readyz`` asks, by the outside's name.
        read_routes: ``POST`` paths that only read, for keys with a ``:read`` scope.
        own_sign_in: The paths below which people sign in, and no key is asked of each request.

    Raises:
        BadKeys: ``API_KEYS`` is malformed, or missing where the service does not listen on loopback.
    """
    app = DescribedApp(
        title=f"ETM {name}",
        lifespan=lifespan,
        openapi_url=f"/{name}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    keys = parse_keys(settings.api_keys.get_secret_value() if settings.api_keys else "")
    require_safe_binding(app, on_loopback=settings.on_loopback, keys=keys)
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    app.state.settings = settings
    app.state.keys = keys
    app.state.registry = registry
    app.state.stopping = Stopping()
    app.state.large_bodies = LargeBodies()
    add_docs_page(app, f"/{name}/docs")
    for router in routers:
        app.router.routes.extend(_taken_in(router).routes)
    app.include_router(health_routes(checks, registry), responses=PROBLEM_RESPONSES)
    add_problem_handlers(app, routers)
    # The last added is the outermost.
    app.add_middleware(AnsweredFailures)
    app.add_middleware(
        KeyAuth,
        service=name,
        keys=keys,
        read_routes=read_routes,
        own_sign_in=own_sign_in,
    )
    app.add_middleware(DrainedBodies)
    app.add_middleware(ObservedRequests, figures=RequestFigures(registry))
    return app


_TAKEN_IN: dict[int, tuple[APIRouter, APIRouter]] = {}
"""By the id of a service's router: itself, so that no other gets this id, and with what holds for every route."""


def _taken_in(router: APIRouter) -> APIRouter:
    """Give *router* what holds for every route. FastAPI makes routes ready once so, not for each app: 30 ms."""
    if id(router) not in _TAKEN_IN:
        whole = APIRouter()
        obeyed = [Depends(known_query), Depends(unconditional)]
        whole.include_router(router, responses=PROBLEM_RESPONSES, dependencies=obeyed)
        _TAKEN_IN[id(router)] = router, whole
    return _TAKEN_IN[id(router)][1]
