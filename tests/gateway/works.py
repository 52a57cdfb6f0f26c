"""Durable work below a folder, that does not wait between tries."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from dbos import DBOS

from chassis.database import service_url
from chassis.patience import Patience
from gateway.durable import JSON, DurableWork

AT_ONCE = Patience(first_s=0.0, longest_s=0.0)


@asynccontextmanager
async def opened(
    data_dir: Path, kind: str, function: Callable[..., Awaitable[JSON]], work=None
) -> AsyncIterator[DurableWork]:
    work = work or durable_work(data_dir)
    work.add(kind, function)
    await work.open()
    try:
        yield work
    finally:
        await work.close()


def durable_work(data_dir: Path) -> DurableWork:
    return DurableWork(service_url(None, data_dir, "gateway"), AT_ONCE)


async def unfinished() -> int:
    """How much of the work that is open has not ended."""
    found = await DBOS.list_workflows_async(status=["PENDING", "ENQUEUED", "DELAYED"])
    return len(found)
