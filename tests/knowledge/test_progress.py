"""Pages done of pages, from the first that is read to the last that is indexed."""

import json
from itertools import islice

import pytest

from chassis.database import open_database, service_url
from contracts.errors import NotFound
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.contents import Content
from knowledge.documents.tables import metadata
from knowledge.documents.uploads import Upload
from knowledge.index.passages import Passage
from knowledge.indexing.jobs import JobQueue
from knowledge.indexing.labelling import Labeller
from knowledge.indexing.origins import Origin
from knowledge.indexing.progress import PAGE_CHARS, Extent, Progress
from knowledge.indexing.splitting import Splitter
from knowledge.indexing.writing import count_words
from knowledge.reading.blocks import Block
from tests.knowledge.service import knowledge

ROW = Block("row", header=("Code", "Défaut"), cells=("567", "isolement " * 30))
UPLOAD = Upload(
    document_id="symo",
    file="f",
    name="symo.pdf",
    media_type="application/pdf",
    sha256="0",
    size_bytes=1,
    source="Notices",
    title="Symo",
)


async def test_a_page_that_is_read_counts_half_and_one_that_is_indexed_whole(tmp_path):
    engine = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    jobs = JobQueue(engine)
    queued, _ = await jobs.add(UPLOAD)
    seen = []

    async def told() -> None:
        job = await jobs.job(queued.job_id)
        seen.append((job.pages_done, job.pages))

    await Progress(jobs, queued.job_id).read(100, 200)
    await told()
    indexed = Progress(jobs, queued.job_id)
    await indexed.indexed(100, 200)
    await told()
    await indexed.indexed(101, 200)  # a moment later: not each page is a commit
    await told()
    await engine.dispose()

    assert seen == [(50, 200), (150, 200), (150, 200)]


async def test_the_work_of_a_job_that_was_deleted_ends(tmp_path):
    """A manual deleted as it came in held others up until it was indexed."""
    engine = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    jobs = JobQueue(engine)
    queued, _ = await jobs.add(UPLOAD)
    await Catalogue(engine).remove(UPLOAD.document_id)

    with pytest.raises(NotFound):
        await Progress(jobs, queued.job_id).read(1, 200)
    await engine.dispose()


def cut(content: Content, size: int = 32) -> list[list[Passage]]:
    origin = Origin("a", "b", "c", "d", ())
    left = Splitter(origin, Labeller(origin, (), ()), count_words).passages(
        content.blocks
    )
    return list(iter(lambda: list(islice(left, size)), []))


@pytest.mark.parametrize("block", [Block("text", "Le ventilateur tourne. " * 20), ROW])
def test_a_text_without_pages_is_counted_in_pages_of_its_length(block):
    content = Content((block,) * 2_000, pages=1, media_type="text/plain")
    extent = Extent(content)

    reached = [extent.reached(batch) for batch in cut(content)]

    assert extent.pages > 200
    assert extent.pages * PAGE_CHARS == pytest.approx(
        2_000 * len(block.text or " ".join(block.cells)), rel=0.1
    )
    assert reached == sorted(reached)
    assert reached[len(reached) // 2] == pytest.approx(extent.pages / 2, rel=0.1)
    assert reached[-1] == pytest.approx(extent.pages, rel=0.05)


def test_a_document_with_pages_is_counted_in_its_own():
    blocks = tuple(
        Block("text", "Le ventilateur tourne. " * 40, page=n) for n in range(1, 41)
    )
    content = Content(blocks, pages=50, media_type="application/pdf")
    extent = Extent(content)

    assert extent.pages == 50
    assert [extent.reached(batch) for batch in cut(content, 1)] == list(range(1, 41))


async def test_the_job_of_a_large_text_says_how_far_it_is(tmp_path):
    text = "\n\n".join(f"Relevé {n} : le ventilateur tourne." for n in range(3_000))

    async with knowledge(tmp_path) as http:
        job = await http.put(
            "/knowledge/documents/log",
            content=text.encode(),
            headers={"content-type": "text/plain"},
        )
        events = await http.get(f"{job.headers['location']}/events")
        document = (await http.get("/knowledge/documents/log")).json()

    last = json.loads(events.text.rstrip().splitlines()[-1].removeprefix("data: "))
    assert (
        last["pages_done"]
        == last["pages"]
        == pytest.approx(len(text) / PAGE_CHARS, abs=3)
    )
    assert document["pages"] == 1
