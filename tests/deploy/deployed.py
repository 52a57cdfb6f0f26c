"""The four images, built and running with compose, between peers on the host."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.deploy.containers import SERVICES, Containers
from tests.deploy.outside import World, open_world
from tests.deploy.tools import need

PROGRAMS = (
    ("mmdebstrap", "mmdebstrap"),
    ("podman", "podman"),
    ("runc", "runc"),
    ("/usr/lib/podman/netavark", "netavark"),
    ("/usr/lib/podman/aardvark-dns", "aardvark-dns"),
    ("iptables", "iptables"),
    ("ip", "iproute2"),
)
READY_S = 120.0
IMPATIENT = {"NEXTCLOUD_PATIENCE_S": "2", "RETRY_LONGEST_S": "2"}


@dataclass
class Deployed:
    """All that runs."""

    containers: Containers
    world: World


@asynccontextmanager
async def deploy(folder: Path) -> AsyncIterator[Deployed]:
    """Build the images, start them between a Telegram and a Nextcloud; all of it goes in the end."""
    need(PROGRAMS)
    async with open_world(folder, "10.213.77.1") as world:
        secret = {
            "TELEGRAM_API_HASH",
            "TELEGRAM_BOT_TOKEN",
            "TELEGRAM_SERVER_KEY",
            "NEXTCLOUD_PASSWORD",
        }
        settings = {
            name: value for name, value in world.settings.items() if name not in secret
        }
        secrets = {name.lower(): world.settings[name] for name in secret}
        containers = Containers({**settings, **IMPATIENT}, secrets, folder)
        await asyncio.to_thread(containers.build)
        try:
            await asyncio.to_thread(containers.up)
            await ready(containers)
            yield Deployed(containers, world)
        finally:
            await asyncio.to_thread(containers.down)


async def ready(containers: Containers, *names: str) -> None:
    """Wait until the outsides of *names* (of all when none is named) answer."""
    for name in names or SERVICES:
        await answers(containers, name, "/readyz", READY_S)


async def answers(
    containers: Containers, name: str, path: str, within_s: float
) -> None:
    url = f"http://{containers.address(name)}:8000{path}"
    headers = {"X-API-Key": containers.key("services")}
    deadline = time.monotonic() + within_s
    said = ""
    async with httpx.AsyncClient(headers=headers, timeout=10) as http:
        while time.monotonic() < deadline:
            try:
                answer = await http.get(url)
                if answer.is_success:
                    return
                said = answer.text
            except httpx.TransportError as error:
                said = repr(error)
            await asyncio.sleep(0.3)
    raise AssertionError(f"{name}: {said}\n{containers.logs(name)}")
