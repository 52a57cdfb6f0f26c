"""A genuine PostgreSQL of its own: made in a temporary folder, on a free port of loopback, removed at the end."""

import asyncio
import os
import pwd
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.ports import free_port

BELOW = Path("/usr/lib/postgresql")
"""Where Debian keeps each version's programs; its ``PATH`` has wrappers only."""
USERS = ("postgres", "nobody")
START_S = 30.0


@dataclass
class Cluster:
    """One cluster with no password, for its machine alone."""

    folder: Path
    port: int
    _process: asyncio.subprocess.Process | None = None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://etm@127.0.0.1:{self.port}/{database}"

    async def start(self) -> None:
        """Start it and wait until it answers, also after a kill."""
        self._process = await _started(
            *("postgres", "-D", str(self.folder), "-p", str(self.port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
        )
        async with asyncio.timeout(START_S):
            while not await self._answers():
                assert self._process.returncode is None, "PostgreSQL has ended"
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """``kill -9`` of all its processes: what a power cut does."""
        assert self._process is not None
        server = psutil.Process(self._process.pid)
        server.suspend()  # else it would begin to heal between two kills
        for process in (*server.children(recursive=True), server):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.kill()

    async def make_database(self, name: str) -> str:
        """Make an empty database; its URL."""
        await self.ask(f"CREATE DATABASE {name}")
        return self.url(name)

    async def ask(self, query: str, database: str = "postgres") -> list[Any]:
        """Run one statement; its rows."""
        async with await psycopg.AsyncConnection.connect(
            self.url(database), autocommit=True
        ) as connection:
            answer = await connection.execute(query.encode())
            return await answer.fetchall() if answer.description else []

    async def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            await self.ask("SELECT 1")
            return True
        return False


@asynccontextmanager
async def open_cluster() -> AsyncIterator[Cluster]:
    """Make a cluster and start it."""
    with tempfile.TemporaryDirectory(prefix="etm-postgres-") as folder:
        if os.geteuid() == 0:
            user = pwd.getpwnam(_user())
            os.chown(folder, user.pw_uid, user.pw_gid)
        cluster = Cluster(Path(folder) / "cluster", free_port())
        await run(
            *("initdb", "-D", str(cluster.folder), "-U", "etm", "-A", "trust"),
            *("-E", "UTF8", "--no-locale"),
        )
        await cluster.start()
        try:
            yield cluster
        finally:
            await cluster.stop()


async def run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs to its end, which has to be good."""
    process = await _started(program, *arguments)
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


async def _started(program: str, *arguments: str) -> asyncio.subprocess.Process:
    """Start one of PostgreSQL's programs, which refuse to run as root."""
    other: Mapping[str, Any] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam(_user())
        other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return await asyncio.create_subprocess_exec(
        *(str(_programs() / program), *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL
        if program == "postgres"
        else asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd="/",
        **other,
    )


def _programs() -> Path:
    """The newest version's programs: Debian's, else what the ``PATH`` has."""
    versions = sorted(BELOW.glob("*/bin"), key=lambda found: int(found.parent.name))
    if versions:
        return versions[-1]
    found = shutil.which("initdb")
    assert found, (
        "there is no PostgreSQL here: `make postgres` installs it as root, else apt install postgresql"
    )
    return Path(found).resolve().parent


def _user() -> str:
    names = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in USERS if name in names)
