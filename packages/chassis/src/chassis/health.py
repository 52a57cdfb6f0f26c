"""``/healthz``: alive. ``/readyz``: its outside answers. ``/metrics``: figures for Prometheus."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, FastAPI, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from contracts.errors import ServiceError

CHECK_TIMEOUT_S = 5.0

Check = Callable[[FastAPI], Awaitable[str]]
"""Asks one outside system; returns a word on its state, raises a `ServiceError` when it is not there."""


class CheckResult(BaseModel):
    model_config = ConfigDict(frozen=True)
    ok: bool
    detail: str


class Readiness(BaseModel):
    model_config = ConfigDict(frozen=True)
    status: str
    checks: dict[str, CheckResult]

    @property
    def ok(self) -> bool:
        return all(result.ok for result in self.checks.values())


def health_routes(
    checks: Mapping[str, Check], registry: CollectorRegistry
) -> APIRouter:
    """Make the three routes of a service that needs what *checks* ask."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @router.get(
        "/readyz", response_model=Readiness, responses={503: {"model": Readiness}}
    )
    async def ready(request: Request) -> Response:
        found = await readiness(checks, request.app)
        return JSONResponse(found.model_dump(), status_code=200 if found.ok else 503)

    @router.get("/metrics", response_class=Response)
    async def figures() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


async def readiness(checks: Mapping[str, Check], app: FastAPI) -> Readiness:
    """Ask all *checks* side by side."""
    results = await asyncio.gather(*(_checked(check, app) for check in checks.values()))
    ok = all(result.ok for result in results)
    return Readiness(
        status="ready" if ok else "not ready",
        checks=dict(zip(checks, results, strict=True)),
    )


async def _checked(check: Check, app: FastAPI) -> CheckResult:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            return CheckResult(ok=True, detail=await check(app))
    except TimeoutError:
        return CheckResult(ok=False, detail=f"no answer within {CHECK_TIMEOUT_S:.0f} s")
    except ServiceError as error:
        return CheckResult(ok=False, detail=error.detail)
