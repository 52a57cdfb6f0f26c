"""What is deleted while it is indexed leaves nothing behind, whatever is killed then."""

from chassis.database import open_database, service_url
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.contents import Content, Contents
from knowledge.documents.tables import metadata
from knowledge.indexing.jobs import JobQueue
from knowledge.reading.blocks import Block
from tests.knowledge.test_progress import UPLOAD


async def test_what_was_read_of_a_document_deleted_meanwhile_goes_with_it(tmp_path):
    """Its reader ends after the deletion; a kill, or a full disk, before the end of the job left its text for ever."""
    engine = await open_database(service_url(None, tmp_path, "knowledge"), metadata)
    catalogue, contents, jobs = Catalogue(engine), Contents(engine), JobQueue(engine)
    job, _ = await jobs.add(UPLOAD)
    await jobs.next(brief=UPLOAD.brief)
    await catalogue.remove(UPLOAD.document_id)
    await contents.keep(job.job_id, Content((Block("text", "a"),), 1, "text/plain"))

    leaving = await catalogue.leaving()
    await catalogue.left(leaving)
    kept = await contents.read(job.job_id)
    await engine.dispose()

    assert leaving == [job.job_id]
    assert kept is None
