"""The storage service, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from chassis.app import service_app
from chassis.server import serve
from storage import card_routes, file_routes, upload_routes
from storage.boards import Boards
from storage.cards import CardFiler
from storage.chantiers import Chantiers
from storage.chunked import Stage
from storage.deck import DeckClient
from storage.folders import FolderMaker
from storage.idempotency import KeptAnswers
from storage.limits import SinglePutLimit
from storage.listings import Listings
from storage.nextcloud import Nextcloud
from storage.paths import ROOT, read_path, written_path
from storage.settings import StorageSettings
from storage.state import State
from storage.upload_call import UploadCalls
from storage.upload_target import UploadFolders
from storage.uploads import FileWriter
from storage.webdav import WebDAVClient


def create_app(
    settings: StorageSettings, *, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """Make the app; *transport* reaches another Nextcloud than the network's."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        state = State(settings.data_dir / "storage.sqlite")
        try:
            async with _http(settings, transport) as http:
                folders = await _open(app, settings, http, state)
                yield
                await folders.close()
        finally:
            state.close()

    return service_app(
        "storage",
        settings,
        lifespan=lifespan,
        routers=(file_routes.router, upload_routes.router, card_routes.router),
        checks={"nextcloud": _nextcloud_answers},
    )


def main() -> None:
    """Serve as this process."""
    serve("storage", StorageSettings, create_app)


async def _open(
    app: FastAPI, settings: StorageSettings, http: httpx.AsyncClient, state: State
) -> FolderMaker:
    """Build what the routes use, on ``app.state``."""
    user, patience_s = settings.nextcloud_user, settings.nextcloud_patience_s
    side_by_side = settings.nextcloud_side_by_side
    root = written_path(settings.nextcloud_root) if settings.nextcloud_root else ROOT
    nextcloud = Nextcloud(http, patience_s=patience_s, side_by_side=side_by_side)
    webdav = WebDAVClient(nextcloud, user=user, root=root)
    deck = DeckClient(nextcloud)
    folders = FolderMaker(WebDAVClient(nextcloud, user=user, root=ROOT), root)

    stage = Stage(
        nextcloud,
        webdav,
        state,
        user=user,
        patience_s=patience_s,
        chunk_max_bytes=settings.storage_chunk_max,
    )
    limit = await SinglePutLimit.read(state, settings.storage_single_put_max)

    async def link(path: str) -> str | None:
        found = await webdav.stat(read_path(path))
        return webdav.url(found.file_id) if found else None

    app.state.nextcloud = nextcloud
    app.state.webdav = webdav
    app.state.chantiers = Chantiers(Listings(webdav), webdav)
    app.state.writer = FileWriter(
        webdav, folders, stage, limit, side_by_side=max(1, side_by_side - 2)
    )
    app.state.uploads = UploadCalls(
        app.state.writer,
        webdav,
        UploadFolders(app.state.chantiers),
        KeptAnswers(state),
    )
    app.state.cards = CardFiler(
        deck, Boards(deck, settings.deck_board), state, link, patience_s=patience_s
    )
    return folders


def _http(
    settings: StorageSettings, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    password = settings.nextcloud_password.get_secret_value()
    limits = httpx.Limits(max_connections=settings.nextcloud_side_by_side + 1)
    return httpx.AsyncClient(
        base_url=settings.nextcloud_url,
        auth=httpx.BasicAuth(settings.nextcloud_user, password),
        headers={"User-Agent": "etm-storage"},
        transport=transport,
        limits=limits,
        follow_redirects=False,
        trust_env=False,
    )


async def _nextcloud_answers(app: FastAPI) -> str:
    nextcloud: Nextcloud = app.state.nextcloud
    return await nextcloud.check()


if __name__ == "__main__":
    main()
