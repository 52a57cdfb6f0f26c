"""The one way to Nextcloud: bounded, guarded by the breaker, tried again where that is harmless."""

import asyncio
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from contracts.errors import ServiceError, TimedOut, Unavailable
from contracts.request_id import HEADER, current_request_id
from storage.account import user_id_in
from storage.body import Body
from storage.breaker import Breaker
from storage.ocs import AS_JSON, OCS
from storage.patience import Patience
from storage.refusals import refusal, retry_after_s, stranger, unreached

T = TypeVar("T")

MAX_ANSWER_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    """
    One request to Nextcloud.

    Args:
        method: Of HTTP or WebDAV.
        path: Below the base URL, percent-encoded.
        headers: Beside those that every request has.
        content: ``bytes`` go again with each try; a `Body` while its beginning is kept.
        answers: Statuses beside 2xx that are an answer, not a failure.
        once: It is not tried again.
        stalled_s: How long Nextcloud may say nothing, where that is longer than usual.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] | None = None
    content: bytes | Body | None = None
    answers: frozenset[int] = frozenset()
    once: bool = False
    stalled_s: float = 0

    @property
    def repeatable(self) -> bool:
        if self.once:
            return False
        return not isinstance(self.content, Body) or self.content.replayable

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Nextcloud:
    """
    Sends requests to one Nextcloud with one account.

    Args:
        http: Carries base URL, credentials and the session's cookies.
        patience: With which a call is tried again.
        side_by_side: How many requests are under way at once; the others wait.
        stalled_s: How long Nextcloud may neither take nor say anything.
        full_s: What callers are told to wait while there is no space left.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        patience: Patience,
        *,
        side_by_side: int,
        stalled_s: float,
        full_s: float,
    ) -> None:
        self.breaker = Breaker(self._prove)
        self._http = http
        self.patience = patience
        self._stalled_s = stalled_s
        self._full_s = full_s
        self._user_id = ""
        self._places = asyncio.Semaphore(side_by_side)

    @property
    def base_url(self) -> str:
        """Without a slash at its end."""
        return str(self._http.base_url).rstrip("/")

    async def user_id(self) -> str:
        """
        Give the account's user id, below which its files lie: with an e-mail address one signs in, no more.

        What proves the password tells it too, so it costs no request.

        Raises:
            ServiceError: It is not known yet, and Nextcloud does not serve us.
        """
        if not self._user_id:
            async for attempt in self.patience.tries():
                with attempt:
                    await self.breaker.admit()
        return self._user_id

    async def check(self) -> str:
        """
        Ask once whether Nextcloud serves us.

        Raises:
            Unavailable: It does not; the detail says why and what to do.
        """
        await self.breaker.admit()
        async with self._once(_WHO_AM_I) as response:
            await _beginning(response)
        return "answers"

    async def send(self, call: Call) -> httpx.Response:
        """
        Send *call* and read its answer whole.

        Raises:
            ServiceError: As `storage.refusals` and the breaker say; `Unavailable` and `TimedOut` may have been done.
        """
        return await self.read(call, _whole)

    async def read(
        self, call: Call, reader: Callable[[httpx.Response], Awaitable[T]]
    ) -> T:
        """Send *call* and give its answer to *reader*, anew with each try."""
        async for attempt in self.patience.tries(also=_repeatable(call)):
            with attempt:
                async with self._places, self._admitted(call) as response:
                    result = await reader(response)
        return result

    @asynccontextmanager
    async def stream(self, call: Call) -> AsyncIterator[httpx.Response]:
        """Send *call* until it begins to be answered; what breaks off after that is the reader's, who is not counted among ``side_by_side``."""
        async with AsyncExitStack() as opened:
            async for attempt in self.patience.tries(also=_repeatable(call)):
                with attempt:
                    response = await opened.enter_async_context(self._admitted(call))
            try:
                yield response
            finally:
                await response.aclose()
                # It and its stream hold each other, and up to 5 MB that were read ahead, until the collector comes by.
                response.stream = _NOTHING

    @asynccontextmanager
    async def _admitted(self, call: Call) -> AsyncIterator[httpx.Response]:
        """Ask the breaker last, when a place is had: it may have opened while we waited."""
        await self.breaker.admit()
        async with self._once(call) as response:
            yield response

    @asynccontextmanager
    async def _once(self, call: Call) -> AsyncIterator[httpx.Response]:
        stalled_s = max(self._stalled_s, call.stalled_s)
        try:
            async with self._http.stream(
                call.method,
                call.path,
                headers={**_tracing(), **call.headers},
                params=call.params,
                content=call.content,
                timeout=httpx.Timeout(stalled_s, connect=10, pool=None),
            ) as response:
                if not response.is_success and response.status_code not in call.answers:
                    raise await self._refusal(call, response)
                if error := stranger(response, str(call)):
                    raise error
                yield response
        except httpx.TimeoutException as error:
            raise TimedOut(f"Nextcloud gave no answer to {call} in time.") from error
        except httpx.RequestError as error:
            raise unreached(error) from error

    async def _refusal(self, call: Call, response: httpx.Response) -> ServiceError:
        if response.status_code == 401:
            return self.breaker.wrong_password()
        if response.status_code == 429:
            return self.breaker.locked_out(retry_after_s(response))
        said = await _beginning(response)
        return refusal(response, said, str(call), full_s=self._full_s)

    async def _prove(self) -> None:
        async with self._once(_WHO_AM_I) as response:
            self._user_id = user_id_in(await _beginning(response))


_NOTHING = httpx.ByteStream(b"")
_WHO_AM_I = Call("GET", "/ocs/v2.php/cloud/user", OCS, AS_JSON)


def _repeatable(call: Call) -> Callable[[], bool]:
    """Ask *call* without holding it: tenacity's objects form cycles, which are collected late."""
    held = weakref.ref(call)
    return lambda: (known := held()) is not None and known.repeatable


def _tracing() -> dict[str, str]:
    request_id = current_request_id()
    return {HEADER: request_id} if request_id else {}


async def _whole(response: httpx.Response) -> httpx.Response:
    """Read an answer into memory, unless it is absurdly long."""
    size_bytes = 0
    pieces = []
    async for piece in response.aiter_bytes():
        pieces.append(piece)
        size_bytes += len(piece)
        if size_bytes > MAX_ANSWER_BYTES:
            raise Unavailable(
                "Nextcloud's answer does not end.", code="answer_too_long"
            )
    return httpx.Response(
        response.status_code,
        headers=_without_coding(response.headers),
        content=b"".join(pieces),
        request=response.request,
    )


def _without_coding(headers: httpx.Headers) -> httpx.Headers:
    left_out = {"content-encoding", "transfer-encoding", "content-length"}
    return httpx.Headers(
        [pair for pair in headers.multi_items() if pair[0] not in left_out]
    )


async def _beginning(response: httpx.Response) -> bytes:
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > 65536:
            break
    return body
