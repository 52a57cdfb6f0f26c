"""How the services are, each by its own word."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
from pydantic import ValidationError

from chassis.health import CHECK_TIMEOUT_S, CheckResult, Readiness, readiness
from gateway.checks import CHECKS
from gateway.console.parts import ConsoleParts

READY_S = CHECK_TIMEOUT_S + 1
"""A service whose own outside hangs says so after ``CHECK_TIMEOUT_S``: worth waiting for."""

_EACH_OTHER = frozenset({"storage", "notifier", "knowledge"})
_ON_TOP = frozenset({"reports"})
"""Said on top of the overview, in the words of a page instead of a route's."""


@dataclass(frozen=True)
class ServiceState:
    """``away`` says why a service does not answer, ``refused`` that it is for our key; then there are no ``checks``."""

    name: str
    checks: Mapping[str, CheckResult] = field(default_factory=dict)
    away: str = ""
    refused: bool = False

    @property
    def failing(self) -> dict[str, CheckResult]:
        return {name: result for name, result in self.checks.items() if not result.ok}

    @property
    def worth_showing(self) -> dict[str, CheckResult]:
        """Not that one of the four reaches another, which that one says itself, nor what stands on top."""
        return {
            name: result
            for name, result in self.checks.items()
            if not (result.ok and name in _EACH_OTHER | _ON_TOP)
        }

    @property
    def ok(self) -> bool:
        return not self.away and not self.failing


async def states(parts: ConsoleParts) -> tuple[ServiceState, ...]:
    """Ask all that there are side by side."""
    others = {
        "storage": parts.outside.storage,
        "knowledge": parts.outside.knowledge,
        "notifier": parts.outside.notifier,
    }
    asked = (_others(name, http) for name, http in others.items() if http is not None)
    return tuple(await asyncio.gather(_own(parts), *asked))


async def _own(parts: ConsoleParts) -> ServiceState:
    found = await readiness(CHECKS, parts.gateway)
    return ServiceState("gateway", found.checks)


async def _others(name: str, http: httpx.AsyncClient) -> ServiceState:
    where = f"{http.base_url.host}:{http.base_url.port}"
    try:
        async with asyncio.timeout(READY_S):
            response = await http.get("/readyz")
    except (TimeoutError, httpx.TimeoutException):
        return ServiceState(
            name, away=f"{where} gives no answer within {READY_S:.0f} s"
        )
    except httpx.RequestError as error:
        return ServiceState(
            name, away=f"{where} is not reached ({type(error).__name__})"
        )
    refused = response.status_code in {401, 403}
    try:
        found = Readiness.model_validate_json(response.content)
    except ValidationError:
        return ServiceState(
            name, away=f"{where} answers {response.status_code}", refused=refused
        )
    return ServiceState(name, found.checks)
