"""The notifier service, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from chassis.app import service_app
from chassis.database import open_database, service_url
from chassis.patience import Patience
from chassis.server import serve
from chassis.telegram import TelegramSession
from notifier.courier import Courier
from notifier.database import metadata
from notifier.figures import NoticeFigures, check_notices
from notifier.notice_table import NoticeTable
from notifier.notices import Notices
from notifier.routes import router
from notifier.settings import NotifierSettings

READY_WAIT_S = 2.0


def create_app(settings: NotifierSettings) -> FastAPI:
    """Make the app."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as opened:
            await _open(app, settings, opened)
            yield

    return service_app(
        "notifier",
        settings,
        lifespan=lifespan,
        routers=(router,),
        checks={"telegram": _telegram_answers, "notices": check_notices},
    )


def main() -> None:
    """Serve as this process."""
    serve("notifier", NotifierSettings, create_app)


async def _open(
    app: FastAPI, settings: NotifierSettings, opened: AsyncExitStack
) -> None:
    """Build what the routes use, on ``app.state``; *opened* closes it in the opposite order."""
    secret = settings.database_url
    url = service_url(
        secret.get_secret_value() if secret else None, settings.data_dir, "notifier"
    )
    engine = await open_database(url, metadata)
    opened.push_async_callback(engine.dispose)
    table = NoticeTable(engine)

    telegram = TelegramSession(settings.account, settings.data_dir / "notifier")
    await telegram.open()
    opened.push_async_callback(telegram.close)

    patience = Patience(settings.retry_first_s, settings.retry_longest_s)
    courier = Courier(table, telegram, patience)
    await courier.open()
    opened.push_async_callback(courier.close)

    figures = asyncio.create_task(NoticeFigures(table, app.state.registry).keep())
    opened.callback(figures.cancel)
    app.state.table = table
    app.state.telegram = telegram
    app.state.notices = Notices(table, courier, settings.groups)


async def _telegram_answers(app: FastAPI) -> str:
    telegram: TelegramSession = app.state.telegram
    return await telegram.ready(READY_WAIT_S)


if __name__ == "__main__":
    main()
