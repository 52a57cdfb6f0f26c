"""Pages done of pages, from the first that is read to the last that is indexed."""

from chassis.database import open_database, service_url
from knowledge.documents.tables import metadata
from knowledge.documents.uploads import Upload
from knowledge.indexing.jobs import JobQueue
from knowledge.indexing.progress import Progress

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
