"""The gateway's OpenAPI document, believed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.gateway.conftest import open_house
from tests.openapi import EXAMPLES, operations_kept, served_in_thread


# What runs in the other thread uses the random module; hypothesis takes it for the strategies'.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.parametrize("examples", EXAMPLES)
def test_no_allowed_request_breaks_the_service_or_its_word(
    tmp_path: Path, examples: int
):
    @asynccontextmanager
    async def opened() -> AsyncIterator[FastAPI]:
        async with open_house(tmp_path) as house:
            yield house.app()

    with served_in_thread(opened) as url:
        assert operations_kept(f"{url}/gateway/openapi.json", examples=examples) >= 8
