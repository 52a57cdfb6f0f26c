"""The gateway in this process, between real peers: Telegram over MTProto, storage before a Nextcloud."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import desc, func, select

from gateway.app import create_app
from gateway.database import events, messages
from gateway.parts import GatewayParts
from gateway.settings import GatewaySettings
from tests.chassis.telegram_sessions import log_in
from tests.conftest import run_app
from tests.gateway.knowledge_peer import KnowledgePeer
from tests.gateway.notifier_peer import NotifierPeer
from tests.peers.nextcloud import NextcloudPeer
from tests.peers.telegram import Group, Message, Person, TelegramPeer
from tests.waiting import until

CHANTIER_GROUP, SAV_GROUP, MAGASINIER_GROUP = -5000000001, -5000000003, -5000000002
GROUPS = {
    "chantier": CHANTIER_GROUP,
    "sav": SAV_GROUP,
    "magasinier": MAGASINIER_GROUP,
}


class Door(httpx.AsyncBaseTransport):
    """The way to a service in this process; nobody answers while it is ``shut``, nor before ``wait_s``."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._inside = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.shut = False
        self.wait_s = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.shut:
            raise httpx.ConnectError("refused", request=request)
        await asyncio.sleep(self.wait_s)
        return await self._inside.handle_async_request(request)


@dataclass
class House:
    """What a gateway stands between; `gateway` starts it, as often as a test likes."""

    telegram: TelegramPeer
    nextcloud: NextcloudPeer
    storage: "Door"
    notifier: NotifierPeer
    knowledge: KnowledgePeer
    jean: Person
    groups: dict[str, Group]
    data_dir: Path
    test: int = 0
    before: frozenset[str] = frozenset()
    """Paths of files and ids of cards from before the test."""
    parts: GatewayParts = field(init=False)

    def settings(self, **changed: Any) -> GatewaySettings:
        values: dict[str, Any] = {
            "data_dir": self.data_dir,
            "storage_url": "http://127.0.0.1:8002",
            "notifier_url": "http://127.0.0.1:8004",
            "knowledge_url": "http://127.0.0.1:8003",
            "telegram_api_id": self.telegram.api_id,
            "telegram_api_hash": self.telegram.api_hash,
            "telegram_bot_token": self.telegram.bot_token,
            "telegram_server": self.telegram.address,
            "telegram_server_key": self.telegram.public_key_pem,
            "telegram_groups": ",".join(f"{n}={i}" for n, i in GROUPS.items()),
            "quiet_s": 30.0,
            "list_wait_s": 4.0,
            "progress_interval_s": 0.05,
            "retry_first_s": 0.05,
            "retry_longest_s": 0.2,
            **changed,
        }
        return GatewaySettings(_env_file=None, **values)

    def app(
        self, *, webhooks: httpx.AsyncBaseTransport | None = None, **changed: Any
    ) -> FastAPI:
        """Make a gateway on the same data."""
        return create_app(
            self.settings(**changed),
            webhooks=webhooks,
            storage=self.storage,
            notifier=httpx.ASGITransport(self.notifier.app),
            knowledge=httpx.ASGITransport(
                self.knowledge.app, raise_app_exceptions=False
            ),
        )

    @asynccontextmanager
    async def gateway(
        self, *, webhooks: httpx.AsyncBaseTransport | None = None, **changed: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Run a gateway on the same data; yields its HTTP client."""
        log_in(self.telegram, self.data_dir)
        app = self.app(webhooks=webhooks, **changed)
        async with run_app(app) as http:
            self.parts = app.state.parts
            await self.parts.session.ready()
            yield http

    def for_another(self, number: int) -> "House":
        """The same house for another test: another Jean, and only what is new shows."""
        jean = self.telegram.add_user("Jean", f"Keller {number}")
        for group in self.groups.values():
            group.add(jean)
        self.notifier.notices.clear()
        self.notifier.dismissed.clear()
        self.knowledge.forget()
        cards = {str(card["id"]) for card in self.nextcloud.cards()}
        return replace(
            self,
            jean=jean,
            test=number,
            before=frozenset(cards | self.nextcloud.tree("").keys()),
        )

    def photos(self, count: int) -> list[bytes]:
        """JPEGs, each unlike the others and unlike those of other tests."""
        return [self.jpeg(number) for number in range(1, count + 1)]

    def jpeg(self, number: int) -> bytes:
        """Draw one photo."""
        seed = self.test * 100 + number
        shade = (seed * 37 % 256, seed * 91 % 256, seed * 53 % 256)
        file = io.BytesIO()
        Image.new("RGB", (640, 480), shade).save(file, "JPEG", comment=b"%d" % seed)
        return file.getvalue()

    def files(self) -> dict[str, bytes]:
        """All files in Nextcloud, by path."""
        return {
            path: content
            for path, content in self.nextcloud.tree("").items()
            if path[-1] != "/" and path not in self.before
        }

    def cards(self) -> list[dict[str, Any]]:
        """All cards on the board."""
        cards = self.nextcloud.cards()
        return [card for card in cards if str(card["id"]) not in self.before]

    async def file_id(self) -> str:
        """The `file_id` of the newest file that the gateway keeps."""
        query = select(messages.c.file_id).order_by(desc(messages.c.message_id))
        async with self.parts.engine.connect() as db:
            return str(await db.scalar(query.limit(1)))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until *condition* holds."""
        await until(condition)

    async def until_told(self, count: int) -> None:
        """Wait until *count* events have ended: what is cut off before is told again after a restart."""
        query = select(func.count()).where(events.c.ended)

        async def told() -> bool:
            async with self.parts.engine.connect() as db:
                return await db.scalar(query) == count

        await until(told, what=f"the end of {count} events")

    async def reports(self, gateway: httpx.AsyncClient) -> list[dict[str, Any]]:
        """Jean's reports as the gateway tells them."""
        listed = (await gateway.get("/gateway/reports")).json()["items"]
        return [item for item in listed if item["technician"] == self.jean.profile.name]

    async def step(self, gateway: httpx.AsyncClient, name: str) -> dict[str, Any]:
        """One step of Jean's newest report."""
        newest, *_ = await self.reports(gateway)
        return next(step for step in newest["steps"] if step["name"] == name)

    async def until_step(
        self, gateway: httpx.AsyncClient, name: str, state: str
    ) -> dict[str, Any]:
        """Wait until a step of Jean's newest report is in *state*."""

        async def is_there() -> bool:
            return bool((await self.step(gateway, name))["state"] == state)

        await until(is_there, what=f"{name} {state}")
        return await self.step(gateway, name)

    async def until_described(
        self, gateway: httpx.AsyncClient, description: str
    ) -> None:
        """Wait until Jean's newest report says *description*."""

        async def is_told() -> bool:
            newest, *_ = await self.reports(gateway)
            return bool(newest["description"] == description)

        await until(is_told, what=description)

    async def until_filed(self, gateway: httpx.AsyncClient) -> None:
        """Wait until all of Jean's reports are filed."""

        async def are_filed() -> bool:
            return {r["status"] for r in await self.reports(gateway)} == {"filed"}

        await until(are_filed, what="the end of filing")

    async def begin(self, action: str = "Fin de chantier") -> None:
        """Let Jean begin a report: the list of chantiers is asked for."""
        await self.jean.send("/start")
        await self.jean.press(action)

    async def submit(self) -> Message:
        """Let Jean send his report; his receipt."""
        await self.jean.press("Envoyer")
        return await self.jean.sees("Rapport enregistré")

    async def choose_typed(self, name: str) -> None:
        """Let Jean choose *Fin de chantier* for a new chantier that he types."""
        await self.begin()
        await self.jean.send(name)
        await self.jean.press("Nouveau")
        await self.jean.sees("Envoie tes photos")

    async def describe_fault(self, description: str) -> Message:
        """Let Jean describe a fault at Müller's; the message that does."""
        await self.begin("Alerte SAV")
        await self.jean.press("Müller")
        await self.jean.sees("Décris la panne")
        message = await self.jean.send(description)
        await self.jean.sees("📝")
        return message

    async def report_fault(self, description: str) -> Message:
        """Let Jean report it."""
        message = await self.describe_fault(description)
        await self.jean.press("Envoyer")
        return message

    async def choose_chantier(self) -> None:
        """Let Jean choose *Fin de chantier* for Müller."""
        await self.begin()
        await self.jean.press("Müller")
        await self.jean.sees("Envoie tes photos")
