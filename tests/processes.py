"""A service as a process of its own, started and killed as the demo does it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from demo.processes import ServiceProcess
from tests.ports import free_port


@asynccontextmanager
async def service_process(
    name: str, env: Mapping[str, str], *, url: str = ""
) -> AsyncIterator[ServiceProcess]:
    """Run ``etm-<name>`` until left, at *url* or on a free port; its log goes into the test's report."""
    where = url or f"http://127.0.0.1:{free_port()}"
    process = ServiceProcess(name, where, env, print)
    try:
        await process.start()
        await process.answers()
        yield process
    finally:
        await process.stop()
