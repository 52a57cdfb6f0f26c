"""One client's way to call a service: key, request id, bounded retry, and the other end's error raised again."""

import functools
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
from pydantic import SecretStr, ValidationError
from tenacity import (
    AsyncRetrying,
    retry_if_exception,
    stop_after_delay,
    wait_exponential_jitter,
)

from contracts.errors import (
    Problem,
    Rejected,
    ServiceError,
    TimedOut,
    Unavailable,
    error_class,
    error_from,
)
from contracts.request_id import HEADER, current_request_id, new_request_id

OpenBody = Callable[[], AsyncIterator[bytes]]
"""Opens a body from its start: each try sends it anew."""

_TIMEOUT = httpx.Timeout(60, connect=5, pool=None)

POOL_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20)
"""
No bound but the callers': httpcore 1.0.9 counts a connection as in use for ever whose request was cancelled in the turn of
the loop in which it had connected, and behind 100 of these everybody would wait.
"""


@functools.cache
def tls_context() -> ssl.SSLContext:
    """What all clients of a process trust: reading the authorities takes 30 ms, and each client would do it again."""
    context = httpx.create_ssl_context()
    # The system's beside those of certifi: a firm's own Nextcloud or n8n often has an authority of its own.
    context.load_default_certs()
    return context


def service_http(
    base_url: str,
    key: SecretStr | None,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """Open the connection pool to one service. The caller closes it."""
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    return httpx.AsyncClient(
        base_url=base_url,
        headers=headers,
        timeout=_TIMEOUT,
        transport=transport,
        verify=tls_context(),
        limits=POOL_LIMITS,
        follow_redirects=False,
    )


class ServiceClient:
    """
    Calls one service and tries again what says that it is retryable.

    Args:
        http: Its base URL is the service's, its headers carry the key.
        patience_s: For how long one call is tried again, in seconds; 0 for one try.
    """

    def __init__(self, http: httpx.AsyncClient, *, patience_s: float = 20) -> None:
        self._http = http
        self._patience_s = patience_s

    async def alive(self) -> None:
        """
        Ask, in one try, whether the service is up.

        Raises:
            Unavailable: It is not, or not in time.
        """
        with _failures_of(self._http.base_url):
            _raise_for(await self._http.get("/healthz"))

    async def _call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: OpenBody | None = None,
        timeout_s: float | None = None,
    ) -> httpx.Response:
        """
        Send one idempotent request, again while it is worth it; *params* that are ``None`` are left out.

        Raises:
            ServiceError: What the other end answered, or `Unavailable` and `TimedOut` where it did not.
        """
        _require_staying(path)
        sent = {HEADER: current_request_id() or new_request_id(), **(headers or {})}
        query = {name: one for name, one in (params or {}).items() if one is not None}
        timeout = (
            httpx.Timeout(timeout_s, connect=5, pool=None) if timeout_s else _TIMEOUT
        )
        async for attempt in self._tries():
            with attempt, _failures_of(self._http.base_url):
                response = await self._http.request(
                    method,
                    path,
                    json=json,
                    params=query,
                    headers=sent,
                    content=body() if body else None,
                    timeout=timeout,
                )
                _raise_for(response)
        return response

    @asynccontextmanager
    async def _stream(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Open one streamed answer, once: what was read already cannot be taken back."""
        _require_staying(path)
        sent = {HEADER: current_request_id() or new_request_id(), **(headers or {})}
        with _failures_of(self._http.base_url):
            async with self._http.stream(method, path, headers=sent) as response:
                if response.is_error:
                    await response.aread()
                _raise_for(response)
                yield response

    def _tries(self) -> AsyncRetrying:
        return AsyncRetrying(
            retry=retry_if_exception(self._is_worth_a_try),
            wait=wait_exponential_jitter(multiplier=0.2, max=5, jitter=0.2),
            stop=stop_after_delay(self._patience_s),
            reraise=True,
        )

    def _is_worth_a_try(self, error: BaseException) -> bool:
        """What names a longer wait than our patience is the caller's to wait for."""
        if not isinstance(error, ServiceError) or not error.retryable:
            return False
        return (error.retry_after_s or 0) <= self._patience_s


def _require_staying(path: str) -> None:
    """httpx resolves dots before it sends, so a path from outside would reach another route under our key."""
    if not {".", ".."}.isdisjoint(path.split("/")):
        raise Rejected("No part of a path or id is '.' or '..'.", code="bad_path")


@contextmanager
def _failures_of(base_url: httpx.URL) -> Iterator[None]:
    """Turn httpx's failures into ours."""
    where = f"{base_url.host}:{base_url.port}"
    try:
        yield
    except httpx.TimeoutException as error:
        raise TimedOut(f"No answer from {where} in time; it is tried again.") from error
    except httpx.ConnectError as error:
        raise Unavailable(f"{where} is not reached; is the service up?") from error
    except httpx.RequestError as error:  # a broken coding is none of transport's
        raise Unavailable(
            f"{where} broke off before its answer was whole ({type(error).__name__}). Ask again."
        ) from error


def _raise_for(response: httpx.Response) -> None:
    if response.is_success:
        return
    try:
        raise error_from(Problem.model_validate_json(response.content))
    except ValidationError:
        kind = error_class(response.status_code)
        raise kind(
            f"Answered {response.status_code} without a problem document."
        ) from None
