"""The gateway in this process, between real peers: Telegram over MTProto, storage before a Nextcloud."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import desc, select

from gateway.app import create_app
from gateway.database import messages
from gateway.parts import GatewayParts
from gateway.settings import GatewaySettings
from tests.conftest import run_app
from tests.gateway.notifier_peer import NotifierPeer
from tests.peers.nextcloud import NextcloudPeer
from tests.peers.telegram import Group, Person, TelegramPeer

CHANTIER_GROUP, SAV_GROUP, MAGASINIER_GROUP = -5000000001, -5000000003, -5000000002
GROUPS = {
    "chantier": CHANTIER_GROUP,
    "sav": SAV_GROUP,
    "magasinier": MAGASINIER_GROUP,
}


@dataclass
class House:
    """What a gateway stands between; `gateway` starts it, as often as a test likes."""

    telegram: TelegramPeer
    nextcloud: NextcloudPeer
    storage: FastAPI
    notifier: NotifierPeer
    jean: Person
    groups: dict[str, Group]
    data_dir: Path
    parts: GatewayParts = field(init=False)

    def settings(self, **changed: Any) -> GatewaySettings:
        values: dict[str, Any] = {
            "data_dir": self.data_dir,
            "storage_url": "http://127.0.0.1:8002",
            "notifier_url": "http://127.0.0.1:8004",
            "telegram_api_id": self.telegram.api_id,
            "telegram_api_hash": self.telegram.api_hash,
            "telegram_bot_token": self.telegram.bot_token,
            "telegram_server": self.telegram.address,
            "telegram_server_key": self.telegram.public_key_pem,
            "telegram_groups": ",".join(f"{n}={i}" for n, i in GROUPS.items()),
            "quiet_s": 30.0,
            "progress_interval_s": 0.05,
            "retry_first_s": 0.05,
            "retry_longest_s": 0.2,
            **changed,
        }
        return GatewaySettings(_env_file=None, **values)

    @asynccontextmanager
    async def gateway(
        self, *, webhooks: httpx.AsyncBaseTransport | None = None, **changed: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Run a gateway on the same data; yields its HTTP client."""
        app = create_app(
            self.settings(**changed),
            webhooks=webhooks,
            storage=httpx.ASGITransport(self.storage, raise_app_exceptions=False),
            notifier=httpx.ASGITransport(self.notifier.app),
        )
        async with run_app(app) as http:
            self.parts = app.state.parts
            await self.parts.session.ready()
            yield http

    def files(self) -> dict[str, bytes]:
        """All files in Nextcloud, by path."""
        tree = self.nextcloud.tree("")
        return {path: content for path, content in tree.items() if path[-1] != "/"}

    async def file_id(self) -> str:
        """The `file_id` of the newest file that the gateway keeps."""
        query = select(messages.c.file_id).order_by(desc(messages.c.message_id))
        async with self.parts.engine.connect() as db:
            return str(await db.scalar(query.limit(1)))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until *condition* holds."""
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.02)

    async def until_filed(self, gateway: httpx.AsyncClient) -> None:
        """Wait until the gateway says that all reports are filed."""
        async with asyncio.timeout(10):
            while True:
                listed = (await gateway.get("/gateway/reports")).json()["items"]
                if {item["status"] for item in listed} == {"filed"}:
                    return
                await asyncio.sleep(0.02)

    async def choose_typed(self, name: str) -> None:
        """Let Jean choose *Fin de chantier* for a chantier that he types."""
        await self.jean.send("/start")
        await self.jean.press("Fin de chantier")
        await self.jean.send(name)
        await self.jean.sees("Envoie tes photos")

    async def choose_chantier(self) -> None:
        """Let Jean choose *Fin de chantier* for Müller."""
        await self.jean.send("/start")
        await self.jean.press("Fin de chantier")
        await self.jean.press("Müller")
        await self.jean.sees("Envoie tes photos")


def photos(count: int, first: int = 1) -> list[bytes]:
    """JPEGs as far as Telegram looks at them, each unlike the others."""
    return [jpeg(number) for number in range(first, first + count)]


def jpeg(number: int) -> bytes:
    """Draw one small photo."""
    file = io.BytesIO()
    shade = (number * 37 % 256, number * 91 % 256, number * 53 % 256)
    Image.new("RGB", (640, 480), shade).save(file, "JPEG")
    return file.getvalue() + number.to_bytes(4, "big")
