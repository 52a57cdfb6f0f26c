"""Durable work below a folder, that does not wait between tries."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

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
    return DurableWork(
        "gateway", url=service_url(None, data_dir, "gateway"), patience=AT_ONCE
    )
