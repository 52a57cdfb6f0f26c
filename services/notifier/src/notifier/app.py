"""The notifier service, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx
from fastapi import FastAPI

from chassis import own_disk
from chassis.app import service_app
from chassis.command import run
from chassis.database import open_database, service_url
from chassis.database_problems import add_database_problems
from chassis.moving import move
from chassis.patience import Patience
from chassis.tasks import stop
from chassis.telegram import TelegramSession
from contracts.client import service_http
from contracts.storage_client import StorageClient
from notifier.couriers import Couriers
from notifier.database import metadata
from notifier.delivery import Delivery
from notifier.dismissal_table import DismissalTable
from notifier.figures import NoticeFigures, check_notices
from notifier.gallery import Gallery
from notifier.media_table import MediaTable
from notifier.missing_table import MissingTable
from notifier.notice_table import NoticeTable
from notifier.notices import Notices
from notifier.queue_table import QueueTable
from notifier.routes import router
from notifier.sent_files import SentFiles
from notifier.settings import NotifierSettings
from notifier.spool import Spool
from notifier.uploads import Uploads

READY_WAIT_S = 2.0
SENT = ".notifier-sent"
"""Hidden: a backup looks for databases in what it sees, and these files come and go meanwhile."""


def create_app(
    settings: NotifierSettings, *, storage: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """Make the app; *storage* reaches the storage service elsewhere than over the network."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as opened:
            await _open(app, settings, storage, opened)
            yield

    app = service_app(
        "notifier",
        settings,
        lifespan=lifespan,
        routers=(router,),
        checks={
            "telegram": _telegram_answers,
            "storage": _storage_answers,
            "own_disk": _own_disk_takes,
            "notices": check_notices,
        },
    )
    add_database_problems(app)
    return app


def main() -> None:
    """Serve as this process, or do what the command line says."""
    run(
        "notifier",
        NotifierSettings,
        create_app,
        move=partial(move, "notifier", metadata),
        beside=(SENT,),
    )


async def _open(
    app: FastAPI,
    settings: NotifierSettings,
    storage: httpx.AsyncBaseTransport | None,
    opened: AsyncExitStack,
) -> None:
    """Build what the routes use, on ``app.state``; *opened* closes it in the opposite order."""
    url = service_url(settings.database_url, settings.data_dir, "notifier")
    engine = await open_database(url, metadata)
    opened.push_async_callback(engine.dispose)
    table = NoticeTable(engine)

    telegram = TelegramSession(settings.account, settings.data_dir / "notifier")
    await telegram.open()
    opened.push_async_callback(telegram.close)

    http = service_http(settings.storage_url, settings.service_key, transport=storage)
    files = StorageClient(await opened.enter_async_context(http))
    media, missing = MediaTable(engine), MissingTable(engine)
    spool = await _open_spool(settings, media)
    gallery = Gallery(media, telegram, Uploads(media, telegram, files, spool))

    couriers = Couriers(
        table,
        QueueTable(engine),
        Delivery(table, telegram, gallery, missing),
        Patience(settings.retry_first_s, settings.retry_longest_s),
        stopping=app.state.stopping,
    )
    await couriers.open()
    opened.push_async_callback(couriers.close)

    figures = asyncio.create_task(NoticeFigures(table, app.state.registry).keep())
    opened.push_async_callback(stop, [figures])
    app.state.table = table
    app.state.telegram = telegram
    app.state.storage = files
    app.state.spool = spool
    app.state.notices = Notices(
        table,
        SentFiles(media, spool),
        missing,
        DismissalTable(engine),
        couriers=couriers,
        groups=settings.groups,
    )


async def _open_spool(settings: NotifierSettings, media: MediaTable) -> Spool:
    folder = settings.data_dir / SENT
    spool = Spool(folder, settings.notifier_reserve_bytes)
    spool.open([(row.notice_id, row.source) for row in await media.not_sent()])
    return spool


async def _telegram_answers(app: FastAPI) -> str:
    telegram: TelegramSession = app.state.telegram
    return await telegram.ready(READY_WAIT_S)


async def _storage_answers(app: FastAPI) -> str:
    storage: StorageClient = app.state.storage
    await storage.alive()
    return "alive"


async def _own_disk_takes(app: FastAPI) -> str:
    settings: NotifierSettings = app.state.settings
    return await own_disk.takes(settings.data_dir)


if __name__ == "__main__":
    main()
