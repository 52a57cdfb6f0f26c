"""One house with a console for all tests of a module; each has a Jean of its own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

import pytest
import pytest_asyncio

from tests.gateway.console.house import (
    ADMIN,
    READER,
    Browser,
    ConsoleHouse,
    open_console,
)

_numbers = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[ConsoleHouse]:
    async with open_console(tmp_path_factory.mktemp("console")) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def console(opened: ConsoleHouse) -> AsyncIterator[ConsoleHouse]:
    another = opened.house.for_another(next(_numbers))
    another.parts = opened.house.parts
    yield replace(opened, house=another)
    another.nextcloud.faults.rules.clear()
    another.telegram.faults.clear()
    for door in opened.doors.values():
        door.shut, door.wait_s = False, 0.0


@pytest_asyncio.fixture(loop_scope="module")
async def admin(console: ConsoleHouse) -> AsyncIterator[Browser]:
    async with console.browser(ADMIN) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def reader(console: ConsoleHouse) -> AsyncIterator[Browser]:
    async with console.browser(READER) as browser:
        yield browser
