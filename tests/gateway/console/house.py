"""The gateway between the other three services, all in this process, and an admin's browser before its console."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from gateway.app import create_app
from knowledge.app import create_app as knowledge_app
from knowledge.settings import KnowledgeSettings
from notifier.app import create_app as notifier_app
from notifier.settings import NotifierSettings
from tests.conftest import run_app
from tests.gateway.conftest import open_house
from tests.gateway.house import Door, House

ADMIN, READER, SEARCHER, CLERK = (
    "admin-" + "1" * 40,
    "reader-" + "2" * 40,
    "search-" + "3" * 40,
    "clerk-" + "4" * 40,
)
KEYS = (
    f"admin={ADMIN}; searcher={SEARCHER} knowledge:read; clerk={CLERK} gateway:read; "
    f"reader={READER} gateway:read storage:read knowledge:read notifier:read"
)
ORIGIN = "http://127.0.0.1"
TOP = "/gateway/console"


@dataclass
class ConsoleHouse:
    """``http`` reaches the gateway, ``doors`` the others by their names."""

    house: House
    app: FastAPI
    http: httpx.AsyncClient
    doors: dict[str, Door]

    @asynccontextmanager
    async def browser(self, key: str = "") -> AsyncIterator["Browser"]:
        """Open a browser of one's own, signed in where a key is given."""
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url=ORIGIN,
        ) as http:
            browser = Browser(http)
            if key:
                signed_in = await browser.post("/sign-in", key=key)
                assert signed_in.headers["location"] == f"{TOP}/"
            yield browser

    @asynccontextmanager
    async def doors_http(self, name: str) -> AsyncIterator[httpx.AsyncClient]:
        """Call a service itself, as a workflow does."""
        async with httpx.AsyncClient(
            transport=self.doors[name], base_url=ORIGIN, timeout=60
        ) as http:
            yield http

    async def failed_report(self) -> dict[str, Any]:
        """Let Jean send a report whose card Nextcloud refuses for good."""
        self.house.nextcloud.faults.fail(400, method="POST", path="/cards", times=None)
        await self.house.choose_chantier()
        await self.house.jean.send_photo(self.house.jpeg(1), caption="Câble < 2 m & co")
        await self.house.jean.press("Envoyer")
        await self.house.jean.sees("préviens le bureau")
        self.house.nextcloud.faults.rules.clear()
        return (await self.house.reports(self.http))[0]


@dataclass
class Browser:
    """What a browser does: it keeps cookies, says where a form comes from, and follows no redirect by itself here."""

    http: httpx.AsyncClient

    async def see(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(f"{TOP}{path}", headers=headers)

    async def text(self, path: str) -> str:
        """The page's text without its markup; it has to be there."""
        answer = await self.see(path)
        assert answer.status_code == 200, answer.text
        return words(answer)

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Press a button of a form."""
        return await self.http.post(
            f"{TOP}{path}", data=fields, headers={"Origin": ORIGIN}
        )


def words(answer: httpx.Response) -> str:
    """A page as it is read: markup left out, white space joined."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", "<main" + main).split())


@asynccontextmanager
async def open_console(
    folder: Path,
    keys: str = KEYS,
    others_key: str = "",
    webhooks: httpx.AsyncBaseTransport | None = None,
    **settings: object,
) -> AsyncIterator[ConsoleHouse]:
    """Start everything; knowledge wants *others_key*, which the gateway does not have."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(folder))
        apps = {
            "storage": house.storage,
            "knowledge": Door(knowledge_app(_knowledge(folder, others_key))),
            "notifier": Door(
                notifier_app(_notifier(house, folder), storage=house.storage)
            ),
        }
        for name in ("knowledge", "notifier"):
            await stack.enter_async_context(run_app(apps[name].app))
        asked = house.settings(api_keys=keys or None, **settings)
        app = create_app(asked, webhooks=webhooks, **apps)
        http = await stack.enter_async_context(run_app(app))
        http.headers["X-API-Key"] = ADMIN
        house.parts = app.state.parts
        await house.parts.session.ready()
        yield ConsoleHouse(house, app, http, apps)


def _knowledge(folder: Path, key: str) -> KnowledgeSettings:
    return KnowledgeSettings(
        _env_file=None,
        data_dir=folder / "knowledge",
        knowledge_model_dir=folder / "no-model",
        api_keys=f"other={key}" if key else None,
    )


def _notifier(house: House, folder: Path) -> NotifierSettings:
    gateway = house.settings()
    same = {
        name: getattr(gateway, name)
        for name in type(gateway).model_fields
        if name.startswith("telegram_") and name in NotifierSettings.model_fields
    }
    return NotifierSettings(
        _env_file=None,
        data_dir=folder / "notifier",
        retry_first_s=0.05,
        retry_longest_s=0.2,
        **same,
    )
