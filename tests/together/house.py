"""The four services as processes, between a Nextcloud and a Telegram that are played over sockets."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from demo.home import (
    CHANTIER_GROUP,
    MAGASINIER_GROUP,
    NEXTCLOUD_PASSWORD,
    SAV_GROUP,
    nextcloud_env,
    telegram_env,
)
from demo.stack import PORTS, Stack
from tests.peers.nextcloud import NextcloudPeer
from tests.peers.telegram import Group, TelegramPeer
from tests.ports import free_port

_IMPATIENT = {
    "NEXTCLOUD_PATIENCE_S": "2",
    "NEXTCLOUD_FULL_S": "1",
    "RETRY_LONGEST_S": "2",
}
"""A test has not the time of a day's outage."""
TITLES = (
    (CHANTIER_GROUP, "Chantiers"),
    (SAV_GROUP, "SAV"),
    (MAGASINIER_GROUP, "Magasin"),
)


@dataclass
class House:
    """Everything that runs, and the people in it."""

    stack: Stack
    nextcloud: NextcloudPeer
    telegram: TelegramPeer
    outside: "Outside"
    groups: dict[int, Group]
    folder: Path
    """Of all state; each service's has its name."""

    def files(self) -> dict[str, str]:
        """SHA-256 of each file in Nextcloud, by path."""
        return {
            path: hashlib.sha256(content).hexdigest()
            for path, content in self.nextcloud.tree("").items()
        }

    def group(self, chat_id: int) -> Group:
        """One of the configured groups, by its id."""
        return self.groups[chat_id]

    async def reports(self) -> list[dict[str, object]]:
        """All reports, as the gateway tells them."""
        async with httpx.AsyncClient(
            base_url=self.stack.urls["gateway"], timeout=30
        ) as http:
            items: list[dict[str, object]] = []
            params = httpx.QueryParams({"limit": 100})
            while True:
                page = (await http.get("/gateway/reports", params=params)).json()
                items += page["items"]
                if page["next"] is None:
                    break
                params = params.set("cursor", page["next"])
        return items


class Outside:
    """The played Nextcloud's socket, which can go away and come back at the same address."""

    def __init__(self, nextcloud: NextcloudPeer, port: int) -> None:
        self._nextcloud = nextcloud
        self._port = port
        self._open = AsyncExitStack()

    async def come(self) -> str:
        return await self._open.enter_async_context(
            self._nextcloud.serve(port=self._port)
        )

    async def go(self) -> None:
        await self._open.aclose()


@asynccontextmanager
async def open_house(
    folder: Path, env: dict[str, str] | None = None
) -> AsyncIterator[House]:
    """
    Start the peers and the four services on free ports; all state is below *folder*.

    Args:
        folder: Empty, or one that an earlier house left.
        env: Settings on top of the demo's.
    """
    nextcloud = NextcloudPeer(folder / "nextcloud", password=NEXTCLOUD_PASSWORD)
    outside = Outside(nextcloud, free_port())
    async with AsyncExitStack() as closing:
        closing.push_async_callback(outside.go)
        url = await outside.come()
        telegram = await closing.enter_async_context(TelegramPeer())
        groups = {
            chat_id: telegram.add_group(chat_id, title) for chat_id, title in TITLES
        }
        addresses = {
            f"{name.upper()}_URL": f"http://127.0.0.1:{free_port()}" for name in PORTS
        }
        settings = {
            **telegram_env(telegram),
            **addresses,
            **nextcloud_env(nextcloud, url),
            **_IMPATIENT,
            **(env or {}),
        }
        stack = Stack(folder, settings, lambda _name, _line: None)
        await stack.start()
        closing.push_async_callback(stack.stop)
        await stack.ready()
        yield House(stack, nextcloud, telegram, outside, groups, folder)


def doubled(values: list[str]) -> list[str]:
    """Those of *values* that are there more than once."""
    return sorted(value for value, count in Counter(values).items() if count > 1)
