"""What every request gets: an id, a log line, its figures, and a body that is read before an early answer."""

import asyncio
import logging
import time
from contextlib import suppress

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.request_id import HEADER, remember_request_id, taken_or_made

logger = logging.getLogger("chassis.access")

_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_DRAIN_MAX_BYTES = 64 * 1024 * 1024
_DRAIN_SILENT_S = 2.0
"""Longer than the pauses of one that still sends; one that has stalled gets its answer too."""
_DRAIN_MAX_S = 60.0
"""For who sends a byte now and then, and needs no key to be refused."""


class RequestFigures:
    """The figures of ``/metrics`` about requests; the labels are few by design."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("method", "route", "status")
        self.total = Counter(
            "http_requests", "Requests answered.", labels, registry=registry
        )
        self.seconds = Histogram(
            "http_request_seconds",
            "From the first byte in to the last byte out.",
            labels[:2],
            registry=registry,
        )
        self.in_flight = Gauge(
            "http_requests_in_flight", "Requests being answered.", registry=registry
        )


class ObservedRequests:
    """ASGI middleware: request id in and out, one log line, figures."""

    def __init__(self, app: ASGIApp, *, figures: RequestFigures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = taken_or_made(Headers(scope=scope).get(HEADER))
        remember_request_id(request_id)
        status = 499  # the caller left before an answer began
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        self._figures.in_flight.inc()
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._figures.in_flight.dec()
            self._observe(scope, status, time.perf_counter() - started)

    def _observe(self, scope: Scope, status: int, took_s: float) -> None:
        found = scope.get("route")
        # An app within the app knows its paths from where it is mounted.
        route = scope.get("root_path", "") + found.path if found else "other"
        method = (
            scope["method"]
            if scope["method"].isalpha() and len(scope["method"]) < 10
            else "other"
        )
        self._figures.total.labels(method, route, str(status)).inc()
        self._figures.seconds.labels(method, route).observe(took_s)
        level = logging.DEBUG if scope["path"] in _QUIET else logging.INFO
        logger.log(
            level,
            "request",
            extra={
                "method": method,
                "route": route,
                "status": status,
                "took_ms": round(took_s * 1000, 1),
            },
        )


class DrainedBodies:
    """
    ASGI middleware: reads what is left of a body before an error goes out.

    A caller that still sends when the connection closes sees a reset, not our words (seen with n8n: 2 of 3). At
    most 64 MiB are read and ``drain_s`` waited, nothing where the caller waits for ``100 Continue``, and no more once it
    falls silent.
    """

    def __init__(self, app: ASGIApp, *, drain_s: float = _DRAIN_MAX_S) -> None:
        self._app = app
        self._drain_s = drain_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        body = _Body(
            receive,
            waits=Headers(scope=scope).get("expect", "").lower() == "100-continue",
        )

        async def send_drained(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                await body.drain(self._drain_s)
            await send(message)

        await self._app(scope, body.receive, send_drained)


class _Body:
    """A request's body and how far it was read."""

    def __init__(self, receive: Receive, *, waits: bool) -> None:
        self._receive = receive
        self._more = True
        self._begun = not waits

    async def receive(self) -> Message:
        message = await self._receive()
        self._begun = True
        self._more = message["type"] == "http.request" and message.get(
            "more_body", False
        )
        return message

    async def drain(self, within_s: float) -> None:
        size_bytes = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self._begun and self._more and size_bytes < _DRAIN_MAX_BYTES:
                    async with asyncio.timeout(_DRAIN_SILENT_S):
                        message = await self.receive()
                    size_bytes += len(message.get("body", b""))
