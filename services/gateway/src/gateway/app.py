"""The gateway service: its app and its process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx
from fastapi import FastAPI

from chassis.app import service_app
from chassis.command import run
from chassis.database import open_database
from chassis.database_problems import add_database_problems
from chassis.moving import move
from contracts.client import service_http, tls_context
from gateway import routes
from gateway.checks import CHECKS
from gateway.console import app as console
from gateway.database import metadata
from gateway.durable import require_ended
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
                )
                if settings.has_knowledge
                else None,
                await stack.enter_async_context(
                    httpx.AsyncClient(transport=webhooks, verify=tls_context())
                ),
            )
            parts = GatewayParts(settings, engine, outside, app.state.registry)
            app.state.parts = parts
            stack.push_async_callback(parts.close)
            await parts.open()
            yield

    app = service_app(
        "gateway",
        settings,
        lifespan=lifespan,
        routers=(routes.router,),
        checks=CHECKS,
        own_sign_in=(console.TOP,),
    )
    add_database_problems(app)
    console.mount(app)
    return app


def main() -> None:
    """Serve as this process, or do what the command line says."""
    run(
        "gateway",
        GatewaySettings,
        create_app,
        move=partial(
            move,
            "gateway",
            metadata,
            require_ended=require_ended,
        ),
    )


if __name__ == "__main__":
    main()
