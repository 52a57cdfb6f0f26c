"""The storage service, put together."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from chassis.app import service_app
from chassis.command import run
from chassis.tasks import stop
from contracts.client import tls_context
from contracts.errors import ServiceError
from storage import card_routes, file_routes, folder_routes, upload_routes
from storage.parts import Parts, built
from storage.settings import StorageSettings
from storage.state import State

logger = logging.getLogger(__name__)

_SWEEP_S = 3600.0
_TAKE_BACK_S = 60.0
_STALE_S = 24 * 3600.0
"""Nextcloud itself drops what is staged after a day."""


def create_app(
    settings: StorageSettings, *, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """Make the app; *transport* reaches another Nextcloud than the network's."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        state = State(settings.data_dir / "storage.sqlite")
        try:
            async with _http(settings, transport) as http:
                parts = await built(settings, http, state)
                app.state.parts = parts
                app.state.memory = state
                sweeping = asyncio.create_task(_now_and_then(_SWEEP_S, _sweep, parts))
                taking_back = asyncio.create_task(
                    _now_and_then(_TAKE_BACK_S, _take_back, parts)
                )
                yield
                await stop([sweeping, taking_back])
                await parts.unanswered.close()
                await parts.folders.close()
        finally:
            state.close()

    return service_app(
        "storage",
        settings,
        lifespan=lifespan,
        routers=(
            file_routes.router,
            folder_routes.router,
            upload_routes.router,
            card_routes.router,
        ),
        checks={"nextcloud": _nextcloud_answers, "own_disk": _own_disk_takes},
    )


def main() -> None:
    """Serve as this process, or do what the command line says."""
    run("storage", StorageSettings, create_app)


def _http(
    settings: StorageSettings, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    password = settings.nextcloud_password.get_secret_value()
    return httpx.AsyncClient(
        base_url=settings.nextcloud_url,
        auth=httpx.BasicAuth(settings.nextcloud_user, password),
        headers={"User-Agent": "etm-storage"},
        transport=transport,
        verify=tls_context(),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=16),
        follow_redirects=False,
        trust_env=False,
    )


async def _nextcloud_answers(app: FastAPI) -> str:
    parts: Parts = app.state.parts
    return await parts.nextcloud.check()


async def _own_disk_takes(app: FastAPI) -> str:
    memory: State = app.state.memory
    await memory.check()
    return "writable"


async def _take_back(parts: Parts) -> None:
    """Take back what calls that broke off have left, first those that an earlier end of the service cut off."""
    await parts.unanswered.take_back()


async def _sweep(parts: Parts) -> None:
    """Remove what interrupted uploads left and nobody went on with."""
    swept = await parts.stage.sweep(_STALE_S)
    logger.debug("swept", extra={"uploads": swept})


async def _now_and_then(
    pause_s: float, do: Callable[[Parts], Awaitable[None]], parts: Parts
) -> None:
    """Do it for as long as the service runs: a full disk or a Nextcloud that is away puts it off, no more."""
    while True:
        try:
            await do(parts)
        except (ServiceError, sqlite3.Error) as error:
            logger.warning("put off", extra={"what": do.__name__, "detail": str(error)})
        await asyncio.sleep(pause_s)


if __name__ == "__main__":
    main()
