"""What all tests share: who runs which, an app started in this process, and its HTTP client."""

import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from xdist import scheduler  # type: ignore[import-untyped]  # it has no types

# A busy machine is no finding.
settings.register_profile(
    "unhurried",
    settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")


class Scheduling(scheduler.LoadFileScheduling):  # type: ignore[misc]
    """A file's tests are one process's, as they share what it started; those of tests/together share one house."""

    def _split_scope(self, nodeid: str) -> str:
        folder = "tests/together"
        if nodeid.startswith(f"{folder}/"):
            return folder
        return str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


gc.disable()


def pytest_collection_finish() -> None:
    """What is there by now stays: no collection of garbage needs to go over it, before or after."""
    gc.freeze()
    gc.enable()


Running = Callable[[FastAPI], AbstractAsyncContextManager[httpx.AsyncClient]]


@asynccontextmanager
async def run_app(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Start *app* with its lifespan in this process; yields its HTTP client."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http,
    ):
        yield http


@pytest.fixture
def running() -> Running:
    return run_app


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system than the test's: of memory and disk, the one where that is not."""
    here = tmp_path.stat().st_dev
    for place in (Path("/dev/shm"), Path("/var/tmp")):
        if place.is_dir() and place.stat().st_dev != here:
            with TemporaryDirectory(dir=place) as folder:
                yield Path(folder)
            return
    pytest.skip("all is one file system here")
