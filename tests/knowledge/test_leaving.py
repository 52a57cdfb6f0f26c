"""What is deleted while it is indexed leaves nothing behind, whatever is killed then."""

from chassis.database import open_database, service_url
from knowledge.documents.catalogue import Catalogue
from knowledge.documents.contents import Content, Contents
from knowledge.documents.tables import metadata
from knowledge.indexing.jobs import JobQueue
from knowledge.reading.blocks import Block
from tests.knowledge.service import FRONIUS, knowledge, put, search, until_done
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


async def test_a_document_on_its_way_to_another_source_stays_when_its_old_one_goes(
    tmp_path,
):
    """Its sender was told 202; the job was removed with those of the source it came from."""
    manual = "\n\n".join(f"State {n} : contrôler le relais {n}." for n in range(3000))
    async with knowledge(tmp_path) as http:
        await put(http, "symo", FRONIUS, source="Brouillons")
        sent = await http.put(
            "/knowledge/documents/symo?source=Notices", content=manual.encode()
        )
        removed = await http.delete("/knowledge/documents?source=Brouillons")
        gone = await search(http, "isolement trop faible")
        await until_done(http, sent)
        again = await http.delete("/knowledge/documents?source=Brouillons")
        kept = (await http.get("/knowledge/documents/symo")).json()

    assert removed.json() == {"removed": 1}
    assert gone["passages"] == []
    assert again.json() == {"removed": 0}
    assert kept["source"] == "Notices"


async def test_a_source_that_is_written_otherwise_is_named_and_not_deleted(tmp_path):
    async with knowledge(tmp_path) as http:
        await put(http, "sav-1", "Isolement refait.", source="Historique réglé")
        answer = await http.delete("/knowledge/documents?source=historique regle")
        kept = await http.get("/knowledge/documents/sav-1")
        unlike = await http.delete("/knowledge/documents?source=Historique")

    assert answer.status_code == 404
    assert "write 'Historique réglé'" in answer.json()["detail"]
    assert kept.status_code == 200
    assert unlike.json() == {"removed": 0}
