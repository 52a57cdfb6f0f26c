"""What is noted of the index in use, where the catalogue refuses a note."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import open_database, service_url
from knowledge.documents.contents import Contents
from knowledge.documents.tables import metadata
from knowledge.index.homes import EdgeHome
from knowledge.index.shelf import Shelf
from knowledge.models.embedding import Embedder, FolderEmbedder
from tests.knowledge.tiny_model import write_tiny_model


@pytest.fixture
async def engine(tmp_path):
    engine = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    yield engine
    await engine.dispose()


@asynccontextmanager
async def opened(
    engine: AsyncEngine, tmp_path, model: Embedder | None
) -> AsyncIterator[Shelf]:
    shelf = Shelf(EdgeHome(tmp_path / "index"), Contents(engine), model)
    await shelf.open()
    yield shelf
    await shelf.close()


@asynccontextmanager
async def refusing(engine: AsyncEngine) -> AsyncIterator[None]:
    refuse = "CREATE TRIGGER refusing BEFORE INSERT ON knowledge_state BEGIN SELECT RAISE(ABORT, 'full'); END"
    async with engine.begin() as connection:
        await connection.execute(text(refuse))
    with pytest.raises(IntegrityError):
        yield
    async with engine.begin() as connection:
        await connection.execute(text("DROP TRIGGER refusing"))


async def test_an_index_comes_into_use_once_that_is_noted(engine, tmp_path):
    """Stopped or refused before, the next one stays the next: another start would fill it, or another try note it."""
    model = FolderEmbedder(write_tiny_model(tmp_path / "model"))
    async with opened(engine, tmp_path, None):
        pass

    async with opened(engine, tmp_path, model) as shelf:
        async with refusing(engine):
            await shelf.switch()
        refused, still_next = shelf.name, shelf.next is not None
        await shelf.switch()
        switched = shelf.name
    async with opened(engine, tmp_path, model) as shelf:
        kept = shelf.name

    assert (refused, still_next) == ("words-0", True)
    assert switched.startswith(model.name)
    assert kept == switched


async def test_passages_without_vectors_are_remembered_though_the_first_note_failed(
    engine, tmp_path
):
    model = FolderEmbedder(write_tiny_model(tmp_path / "model"))
    async with opened(engine, tmp_path, model):
        pass

    async with opened(engine, tmp_path, None) as shelf:
        async with refusing(engine):
            await shelf.wrote_without_model()
        await shelf.wrote_without_model()

    async with opened(engine, tmp_path, model) as shelf:
        assert shelf.next is not None
