"""What was read of a document is kept and read again; searches go on meanwhile."""

import asyncio
import gc
import time
from collections.abc import Awaitable
from typing import TypeVar

import pytest

from chassis.database import open_database, service_url
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.contents import Content, Contents
from knowledge.documents.tables import metadata
from knowledge.indexing.jobs import JobQueue
from knowledge.reading.blocks import Block
from tests.knowledge.test_progress import UPLOAD

ROWS = 40_000
T = TypeVar("T")


async def longest_hold_s(work: Awaitable[T]) -> tuple[float, T]:
    """
    The most processor time that the loop's own thread spent at once while *work* was done, and what came of it.

    As in the service (`chassis.server`), what was there before is not collected meanwhile: here that is what hundreds of tests left.
    """
    gc.collect()
    gc.freeze()
    longest, before = 0.0, time.thread_time()
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.sleep(0.001)
        now = time.thread_time()
        longest, before = max(longest, now - before), now
    return longest, await task


async def test_a_large_table_is_kept_beside_what_else_is_asked(tmp_path):
    header = ("Code", "Défaut")
    blocks = tuple(
        Block("row", header=header, cells=(f"E{n}", "isolement faible " * 4))
        for n in range(ROWS)
    )
    engine = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    contents = Contents(engine)

    kept, _ = await longest_hold_s(contents.keep("v", Content(blocks, 1, "text/csv")))
    read, again = await longest_hold_s(contents.read("v"))
    await engine.dispose()

    assert again == Content(blocks, 1, "text/csv")
    assert max(kept, read) < 0.1
    assert (
        again.blocks[0].header is again.blocks[-1].header
    )  # each its own is half of the memory


async def test_the_words_of_a_large_table_are_noted_beside_what_else_is_asked(tmp_path):
    engine = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    jobs = JobQueue(engine)
    job, _ = await jobs.add(UPLOAD)
    await jobs.next(brief=True)
    content = Content((), 1, "text/csv")
    counts = {f"e{n}": 1 for n in range(3 * ROWS)}
    catalogue = Catalogue(engine)

    held, _ = await longest_hold_s(
        catalogue.publish(job.job_id, UPLOAD, content, passages=ROWS, counts=counts)
    )
    passages, found = await catalogue.word_counts()
    await engine.dispose()

    assert (passages, found) == (ROWS, counts)
    assert held < 0.1


@pytest.mark.parametrize(
    "blocks", [(), (Block("text", "a\u2028b\u2029c"), Block("text", "d"))]
)
async def test_what_was_kept_is_read_again_as_it_was(blocks, tmp_path):
    """With a line separator of Unicode, pasted from a page: a service that made its index again stopped indexing over it."""
    content = Content(blocks, 1, "text/plain")
    engine = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    contents = Contents(engine)

    await contents.keep("v", content)
    read = await contents.read("v")
    await engine.dispose()

    assert read == content
