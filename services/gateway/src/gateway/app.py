"""The gateway service: its app and its process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI

from chassis.app import service_app
from chassis.database import open_database
from chassis.server import serve
from contracts.client import service_http
from gateway import checks, routes
from gateway.database import metadata
from gateway.parts import GatewayParts, Outside, database_url
from gateway.settings import GatewaySettings


def create_app(
    settings: GatewaySettings,
    *,
    storage: httpx.AsyncBaseTransport | None = None,
    notifier: httpx.AsyncBaseTransport | None = None,
    knowledge: httpx.AsyncBaseTransport | None = None,
    webhooks: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """Make the app; the transports reach others than the network's."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        key = settings.service_key
        async with AsyncExitStack() as stack:
            engine = await open_database(database_url(settings), metadata)
            stack.push_async_callback(engine.dispose)
            outside = Outside(
                await stack.enter_async_context(
                    service_http(settings.storage_url, key, transport=storage)
                ),
                await stack.enter_async_context(
                    service_http(settings.notifier_url, key, transport=notifier)
                ),
                await stack.enter_async_context(
                    service_http(settings.knowledge_url, key, transport=knowledge)
                ),
                await stack.enter_async_context(httpx.AsyncClient(transport=webhooks)),
            )
            parts = GatewayParts(settings, engine, outside, app.state.registry)
            app.state.parts = parts
            stack.push_async_callback(parts.close)
            await parts.open()
            yield

    return service_app(
        "gateway",
        settings,
        lifespan=lifespan,
        routers=(routes.router,),
        checks={
            "telegram": checks.telegram,
            "storage": checks.storage,
            "notifier": checks.notifier,
            "knowledge": checks.knowledge,
            "database": checks.database,
            "reports": checks.stuck,
        },
    )


def main() -> None:
    """Serve as this process."""
    serve("gateway", GatewaySettings, create_app)


if __name__ == "__main__":
    main()
