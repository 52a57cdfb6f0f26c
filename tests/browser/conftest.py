"""
A real browser before the four services as processes: Debian's Chromium, driven by Playwright.

``make browser`` installs what is missing; where Playwright is not installed nothing here is collected.
"""

import os
import shutil
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from demo.fault import MANUAL
from tests.browser.tab import Browsers, Tab
from tests.together.house import House, open_house
from tests.together.story import Technician, jpegs, technician
from tests.waiting import WAIT_S

if TYPE_CHECKING:
    from playwright.async_api import Browser

if find_spec("playwright") is None:
    collect_ignore_glob = ["test_*.py"]

ADMIN, READER, SERVICES = "a" * 40, "b" * 40, "c" * 40
ENV = {
    "API_KEYS": (
        f"admin={ADMIN}; services={SERVICES}; "
        f"bureau={READER} gateway:read storage:read knowledge:read notifier:read"
    ),
    "SERVICE_KEY": SERVICES,
    # The default's whole path would stand in the picture of the docs.
    "KNOWLEDGE_MODEL_DIR": "models/none",
}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Chromium runs as root here, and looks for nothing on the network."""


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house that has been lived in: reports filed, one that failed, one being written, documents, questions."""
    async with open_house(tmp_path_factory.mktemp("house"), ENV) as house:
        await _feed(house)
        jean = technician(house, "Keller", "Müller")
        await jean.report(jpegs(6, seed=1))
        await jean.fault("Onduleur Soléa : erreur E-34, seulement quand il pleut")
        await failed(house, technician(house, "Braun", "Boulangerie Roth"))
        lang = technician(house, "Lang", "Weber")
        await lang.begin()
        await lang.person.send_photo(jpegs(1, seed=3)[0])
        await lang.person.sees("1 photo", timeout_s=WAIT_S)
        yield house


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def chromium() -> AsyncIterator["Browser"]:
    from playwright.async_api import async_playwright

    where = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert where, "there is no chromium: apt install chromium, or CHROMIUM=/its/path"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=where, args=list(FLAGS)
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="package")
async def browsers(house: House, chromium: "Browser") -> AsyncIterator[Browsers]:
    """Opens tabs; at the end none of them may have complained of anything in its developer's console."""
    opened = Browsers(chromium, house.stack.urls["gateway"])
    yield opened
    errors = [error for tab in opened.tabs for error in tab.errors]
    await opened.close()
    assert errors == []


@pytest_asyncio.fixture(loop_scope="package")
async def admin(browsers: Browsers) -> Tab:
    tab = await browsers.open()
    await tab.sign_in(ADMIN)
    return tab


async def failed(house: House, who: Technician, caption: str = "") -> None:
    """Let a report fail: Nextcloud refuses its card."""
    house.nextcloud.faults.fail(400, method="POST", path="/cards", times=None)
    await who.begin()
    await who.person.send_photo(
        jpegs(1, seed=sum(who.name.encode()))[0], caption=caption
    )
    await who.person.sees("1 photo", timeout_s=WAIT_S)
    await who.person.press("Envoyer", timeout_s=WAIT_S)
    await who.person.sees("préviens le bureau", timeout_s=WAIT_S)
    house.nextcloud.faults.rules.clear()


async def _feed(house: House) -> None:
    async with httpx.AsyncClient(
        base_url=house.stack.urls["knowledge"],
        headers={"X-API-Key": ADMIN},
        timeout=WAIT_S,
    ) as http:
        await http.put(
            "/knowledge/documents/solea-8?wait=30",
            params={"source": "Notices", "title": "Soléa 8 – dépannage"},
            headers={"Content-Type": "text/markdown"},
            content=Path(MANUAL).read_bytes(),
        )
        for question in ("wallbox clignote rouge", "viessmann E-99"):
            await http.post("/knowledge/search", json={"query": question})
