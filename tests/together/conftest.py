"""One house for all stories: each has its own technician and chantier."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.together.house import House, open_house


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened
