"""
One house, and one gateway, for all tests of a module: a start takes longer than most of them.

A module's ``SETTINGS`` are its gateway's; each test has a Jean of its own and sees only what is new.
"""

from collections.abc import AsyncIterator
from itertools import count

import httpx
import pytest
import pytest_asyncio

from contracts.notices import NoticeStatus
from tests.gateway.conftest import open_house
from tests.gateway.house import House

_numbers = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[House, httpx.AsyncClient]]:
    settings = getattr(request.module, "SETTINGS", {})
    async with (
        open_house(tmp_path_factory.mktemp("house")) as house,
        house.gateway(**settings) as http,
    ):
        yield house, http


@pytest_asyncio.fixture(loop_scope="module")
async def house(
    shared_house: tuple[House, httpx.AsyncClient],
) -> AsyncIterator[House]:
    house = shared_house[0].for_another(next(_numbers))
    house.parts = shared_house[0].parts
    yield house
    house.telegram.faults.clear()
    house.nextcloud.faults.rules.clear()
    house.notifier.failing = None
    house.notifier.outcome, house.notifier.reason = NoticeStatus.DELIVERED, None


@pytest_asyncio.fixture(loop_scope="module")
async def gateway(
    shared_house: tuple[House, httpx.AsyncClient],
) -> httpx.AsyncClient:
    return shared_house[1]
