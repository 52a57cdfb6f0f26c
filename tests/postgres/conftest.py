"""One PostgreSQL for all tests of this folder; each makes a database of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.postgres.cluster import Cluster, open_cluster


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def cluster() -> AsyncIterator[Cluster]:
    async with open_cluster() as opened:
        yield opened
