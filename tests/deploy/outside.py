"""Telegram and Nextcloud as machines outside see them: played, on an address that is not loopback."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.home import NEXTCLOUD_PASSWORD, nextcloud_env, telegram_env
from tests.deploy.tools import run
from tests.peers.nextcloud import NextcloudPeer
from tests.peers.telegram import Group, TelegramPeer
from tests.together.house import TITLES

_NEXTCLOUD_PORT = 18005


@dataclass
class World:
    """What the services talk to, and the settings with which they find it."""

    nextcloud: NextcloudPeer
    telegram: TelegramPeer
    groups: dict[int, Group]
    settings: dict[str, str]
    nextcloud_open: AsyncExitStack
    address: str

    def group(self, chat_id: int) -> Group:
        """One of the configured groups, by its id."""
        return self.groups[chat_id]

    async def nextcloud_goes(self) -> None:
        await self.nextcloud_open.aclose()

    async def nextcloud_comes(self) -> str:
        return await self.nextcloud_open.enter_async_context(
            self.nextcloud.serve(self.address, _NEXTCLOUD_PORT)
        )


@asynccontextmanager
async def open_world(folder: Path, address: str) -> AsyncIterator[World]:
    """
    Play both until left.

    Args:
        folder: Holds their state.
        address: Made here, of this machine alone and of nobody else's run: whoever lives behind one of its bridges
            reaches it by his default route.
    """
    run("ip", "address", "replace", f"{address}/32", "dev", "lo")
    try:
        nextcloud = NextcloudPeer(folder / "nextcloud", password=NEXTCLOUD_PASSWORD)
        async with (
            AsyncExitStack() as nextcloud_open,
            TelegramPeer(host=address) as telegram,
        ):
            groups = {
                chat_id: telegram.add_group(chat_id, title) for chat_id, title in TITLES
            }
            world = World(nextcloud, telegram, groups, {}, nextcloud_open, address)
            url = await world.nextcloud_comes()
            world.settings |= {
                **telegram_env(telegram),
                **nextcloud_env(nextcloud, url),
            }
            yield world
    finally:
        run("ip", "address", "del", f"{address}/32", "dev", "lo")
