"""What searches see while documents come and go at the same time."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import open_database, service_url
from contracts.errors import Unavailable
from contracts.knowledge import SearchRequest
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.contents import Contents
from knowledge.documents.tables import documents, leaving, metadata
from knowledge.index.homes import EdgeHome
from knowledge.index.passages import label
from knowledge.index.shelf import Shelf
from knowledge.indexing.jobs import JobQueue
from knowledge.search.view import View
from tests.knowledge.service import FRONIUS, knowledge, put


class SlowCatalogue(Catalogue):
    """Its first answer about words takes until it is let go."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self.asked, self.let_go = asyncio.Event(), asyncio.Event()

    async def word_counts(self) -> tuple[int, dict[str, int]]:
        if not self.asked.is_set():
            self.asked.set()
            await self.let_go.wait()
        return await super().word_counts()


@pytest.fixture
async def engine(tmp_path) -> AsyncIterator[AsyncEngine]:
    made = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    yield made
    await made.dispose()


async def test_what_was_read_earlier_never_takes_the_place_of_what_was_read_later(
    engine,
):
    """Else a deleted document comes back, or half of a new one shows, until the next look at the catalogue."""
    catalogue = SlowCatalogue(engine)
    view = View(catalogue, JobQueue(engine))
    earlier = asyncio.create_task(view.refresh(words=True))
    await catalogue.asked.wait()

    async with engine.begin() as connection:
        await connection.execute(insert(leaving).values(version="v1"))
    later = asyncio.create_task(view.refresh(words=True))
    await asyncio.wait([later], timeout=0.3)
    catalogue.let_go.set()
    await asyncio.gather(earlier, later)

    with view.look() as seen:
        assert label("version", "v1") in seen.hidden


class LongCatalogue(Catalogue):
    """Its words take a while of the processor's time; counts how often they were read."""

    reads = 0

    async def word_counts(self) -> tuple[int, dict[str, int]]:
        self.reads += 1
        until = time.process_time() + 0.1
        while time.process_time() < until:
            pass
        return await super().word_counts()


async def test_words_that_were_left_for_later_are_read_in_the_end(engine):
    catalogue = LongCatalogue(engine)
    view = View(catalogue, JobQueue(engine))
    await view.refresh(words=True)
    await view.refresh()
    assert catalogue.reads == 1

    await view.catch_up()
    assert catalogue.reads == 2
    await view.catch_up()
    assert catalogue.reads == 2


class CountingCatalogue(Catalogue):
    """Counts how often its sources and tags were read."""

    reads = 0

    async def shelves(self) -> list[tuple[str, list[str]]]:
        self.reads += 1
        return [("Notices" if self.reads == 1 else "NOTICES", ["été"])]


async def test_sources_and_tags_are_read_once_for_each_moment(engine):
    """Of 20,000 documents they take 70 ms."""
    catalogue = CountingCatalogue(engine)
    view = View(catalogue, JobQueue(engine))
    asked = SearchRequest(query="567", sources=["notices"], tags=["ETE", "hiver"])

    first = [await view.narrowed(asked) for _ in range(3)]
    await view.refresh()
    later = await view.narrowed(asked)

    required = ((label("source", "Notices"),), (label("tag", "été"),))
    assert first == [(required, ("hiver",))] * 3
    assert later.required[0] == (label("source", "NOTICES"),)
    assert catalogue.reads == 2


class AwayCatalogue(Catalogue):
    """Its first answer about words is a failure."""

    was_asked = False

    async def word_counts(self) -> tuple[int, dict[str, int]]:
        if not self.was_asked:
            self.was_asked = True
            raise Unavailable("The database does not answer.")
        return 1, {"circulateur": 1}


async def test_words_that_could_not_be_read_are_read_later(engine):
    view = View(AwayCatalogue(engine), JobQueue(engine))
    with pytest.raises(Unavailable):
        await view.refresh(words=True)

    await view.catch_up()

    assert "circulateur" in view.vocabulary


async def test_an_index_lacks_nothing_while_the_catalogue_counts_what_the_one_before_held(
    tmp_path,
):
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS)
    folder = tmp_path / "knowledge"
    made = await open_database(service_url(None, folder, "knowledge"), metadata)
    async with made.begin() as connection:
        await connection.execute(update(documents).values(passages=10))
    contents = Contents(made)
    noted = await contents.noted("index") or ""
    await contents.note("index", noted.replace('"counted": true', '"counted": false'))
    shelf = Shelf(EdgeHome(folder / "index"), contents, None)
    await shelf.open()
    view = View(Catalogue(made), JobQueue(made))
    await view.refresh(words=True)

    before = await view.lacking(shelf)
    await shelf.was_counted()
    after = await view.lacking(shelf)
    await shelf.close()
    await made.dispose()

    assert (before, after) == (0, 7)
