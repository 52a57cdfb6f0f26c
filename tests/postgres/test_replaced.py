"""Contents of one document that come at once, in a database that two write to at once."""

import asyncio

import pytest
from pydantic import SecretStr

from chassis.database import open_database, service_url
from contracts.knowledge import JobStatus
from knowledge.documents.tables import metadata
from knowledge.indexing.jobs import JobQueue
from tests.knowledge.test_progress import UPLOAD
from tests.postgres.cluster import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="package")]


async def test_of_contents_that_come_at_once_the_last_alone_is_indexed(
    cluster: Cluster, tmp_path
):
    """They did not see each other, and each was indexed after the one before."""
    url = SecretStr(await cluster.make_database("replaced"))
    engine = await open_database(service_url(url, tmp_path, "knowledge"), metadata)
    jobs = JobQueue(engine)

    await asyncio.gather(
        *(jobs.add(UPLOAD.model_copy(update={"sha256": str(n)})) for n in range(10))
    )
    listed = (await jobs.page(limit=20, before=None, attention=False)).items
    await engine.dispose()

    assert [job.status for job in listed] == [JobStatus.QUEUED] + [JobStatus.FAILED] * 9
