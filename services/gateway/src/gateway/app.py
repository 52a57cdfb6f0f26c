"""The gateway service, put together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple

import httpx
from fastapi import FastAPI
from sqlalchemy import URL
from starlette.datastructures import State

from chassis.app import service_app
from chassis.database import open_database, service_url
from chassis.durable import DurableWork
from chassis.patience import Patience
from chassis.server import serve
from chassis.telegram import TelegramSession
from chassis.telegram.messages import Arrival
from contracts.client import service_http
from contracts.notifier_client import NotifierClient
from contracts.storage_client import StorageClient
from gateway import checks, routes
from gateway.archive import ReportArchive
from gateway.bot import Bot
from gateway.chantiers import ChantierBook
from gateway.choosing import ChantierChooser
from gateway.collector import Collector
from gateway.conversation import Conversation
from gateway.database import metadata
from gateway.figures import ReportFigures
from gateway.filing import ReportFiling
from gateway.people import Doorkeeper
from gateway.photos import PhotoFiler
from gateway.presses import Presses
from gateway.progress import ProgressMessages
from gateway.replies import ReplySender
from gateway.settings import GatewaySettings
from gateway.turns import TurnKeeper

LISTING_PATIENCE_S = 3.0
"""A technician waits for his list of chantiers; without it he is asked for the name."""
TRY_S = 2.0
"""A call of a step is tried again for so long; then the technician is told, and the durable work goes on trying."""


class Transports(NamedTuple):
    """How the other services are reached; ``None`` for the network."""

    storage: httpx.AsyncBaseTransport | None
    notifier: httpx.AsyncBaseTransport | None


def create_app(
    settings: GatewaySettings,
    *,
    storage: httpx.AsyncBaseTransport | None = None,
    notifier: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """Make the app; the transports reach other services than the network's."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _open(app, settings, stack, Transports(storage, notifier))
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
            "database": checks.database,
            "reports": checks.stuck,
        },
    )


def main() -> None:
    """Serve as this process."""
    serve("gateway", GatewaySettings, create_app)


async def _open(
    app: FastAPI,
    settings: GatewaySettings,
    stack: AsyncExitStack,
    transports: Transports,
) -> None:
    """Build what the service is made of; what opens last closes first."""
    state, key = app.state, settings.service_key
    state.engine = engine = await open_database(_url(settings), metadata)
    stack.push_async_callback(engine.dispose)
    state.storage = await stack.enter_async_context(
        service_http(settings.storage_url, key, transport=transports.storage)
    )
    state.notifier = await stack.enter_async_context(
        service_http(settings.notifier_url, key, transport=transports.notifier)
    )

    async def receive(arrival: Arrival) -> None:
        await bot.receive(arrival)

    state.session = TelegramSession(
        settings.account, settings.data_dir, handler=receive
    )
    progress = ProgressMessages(
        engine, state.session, interval_s=settings.progress_interval_s
    )
    work = _work(settings)
    filing = _filing(state, work, progress)
    collector = Collector(
        engine,
        state.session,
        filing,
        progress,
        quiet_s=settings.quiet_s,
        join_window_s=settings.join_window_s,
    )
    sender = ReplySender(engine, state.session)
    bot = _bot(state, settings, collector, sender)
    state.archive = ReportArchive(engine, filing)
    figures = ReportFigures(engine, state.registry)
    for part in (progress, work, figures, bot, sender, collector, state.session):
        stack.push_async_callback(part.close)
    await work.open()
    await state.session.open()
    await collector.restore()
    await sender.open()
    bot.open()
    figures.open()


def _filing(
    state: State, work: DurableWork, progress: ProgressMessages
) -> ReportFiling:
    storage = StorageClient(state.storage, patience_s=TRY_S)
    return ReportFiling(
        state.engine,
        work,
        photos=PhotoFiler(state.engine, state.session, storage),
        storage=storage,
        notifier=NotifierClient(state.notifier, patience_s=TRY_S),
        progress=progress,
    )


def _bot(
    state: State, settings: GatewaySettings, collector: Collector, sender: ReplySender
) -> Bot:
    engine, session = state.engine, state.session
    keeper = TurnKeeper(engine, collector, sender)
    storage = StorageClient(state.storage, patience_s=LISTING_PATIENCE_S)
    chooser = ChantierChooser(ChantierBook(storage))
    return Bot(
        session,
        Doorkeeper(engine, session, settings.groups.values(), settings.users),
        keeper,
        Conversation(engine, keeper, collector, chooser),
        Presses(engine, session, keeper, collector, chooser),
    )


def _work(settings: GatewaySettings) -> DurableWork:
    patience = Patience(settings.retry_first_s, settings.retry_longest_s)
    return DurableWork("gateway", url=_url(settings), patience=patience)


def _url(settings: GatewaySettings) -> URL:
    url = settings.database_url
    return service_url(
        url.get_secret_value() if url else None, settings.data_dir, "gateway"
    )


if __name__ == "__main__":
    main()
