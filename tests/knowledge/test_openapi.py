"""The knowledge service's OpenAPI document, believed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI

from knowledge.app import create_app
from knowledge.settings import KnowledgeSettings
from tests.openapi import EXAMPLES, operations_kept, served_in_thread


# What runs in the other thread uses the random module; hypothesis takes it for the strategies'.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.parametrize("examples", EXAMPLES)
def test_no_allowed_request_breaks_the_service_or_its_word(
    tmp_path: Path, examples: int
):
    @asynccontextmanager
    async def opened() -> AsyncIterator[FastAPI]:
        yield create_app(
            KnowledgeSettings(
                data_dir=tmp_path, knowledge_model_dir=tmp_path / "none", _env_file=None
            )
        )

    with served_in_thread(opened) as url:
        document = f"{url}/knowledge/openapi.json"
        assert operations_kept(document, examples=examples, unasked=("wait",)) >= 12
