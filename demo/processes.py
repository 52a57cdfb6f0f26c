"""One service as a process of its own: started, waited for, stopped or killed."""

import asyncio
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import httpx

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
WELL_AFTER_S = 30.0
"""Who ran for so long did not die of its start."""
MOST_DEATHS = 5
"""So many quick ones in a row, and a service is given up."""
_LOG_LINES = 400
_LAST_LINES = 20
_TIED = (sys.executable, "-ISE", str(Path(__file__).with_name("tied.py")))

OnLine = Callable[[str, str], None]
"""Told of each line that a process writes: its name, the line."""


class DidNotStart(RuntimeError):
    """A process ended, or did not answer in time, or its port is taken; says what to do, or the last that was heard."""


def refuse_taken(url: str, setting: str) -> None:
    """
    See that a port is free; *setting* is what chooses another.

    Raises:
        DidNotStart: Something listens there.
    """
    where = httpx.URL(url)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((where.host, where.port or 80))
        except OSError as error:
            raise DidNotStart(
                f"{where.host}:{where.port} cannot be listened on ({error.strerror}). Is another `make run` running? "
                f"End it, or choose another port: {setting}"
            ) from error


class ServiceProcess:
    """
    Runs ``etm-<name>`` of this environment.

    Args:
        name: ``gateway``, ``storage``, ``knowledge`` or ``notifier``.
        url: Where it listens: loopback, with a port.
        env: Its settings; nothing else of ours is passed on but the system's own variables.
        on_line: Gets its log, line by line.
    """

    def __init__(
        self, name: str, url: str, env: Mapping[str, str], on_line: OnLine
    ) -> None:
        self.name = name
        self.url = url
        self.log: deque[str] = deque(maxlen=_LOG_LINES)
        self._env = dict(env)
        self._on_line = on_line
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._started_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def key_header(self) -> dict[str, str]:
        """What a caller sends where keys are set: the one that the services show to each other."""
        key = self._env.get("SERVICE_KEY")
        return {"X-API-Key": key} if key else {}

    @property
    def env(self) -> dict[str, str]:
        """All that the process is told."""
        where = httpx.URL(self.url)
        address = {"HOST": where.host or "", "PORT": str(where.port)}
        return {**_system_env(), **self._env, **address}

    async def start(self) -> None:
        """Start it, without waiting until it answers."""
        self._started_at = asyncio.get_running_loop().time()
        self._process = await asyncio.create_subprocess_exec(
            *_TIED,
            str(os.getpid()),
            str(Path(sys.executable).parent / f"etm-{self.name}"),
            env=self.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the one that started us all
        )
        self._reader = asyncio.create_task(self._read())

    async def answers(
        self, path: str = "/healthz", timeout_s: float = START_TIMEOUT_S
    ) -> None:
        """
        Wait until *path* answers 200.

        Raises:
            DidNotStart: It ended before, or took longer than *timeout_s*, or refuses what no waiting changes.
        """
        deadline = asyncio.get_running_loop().time() + timeout_s
        heard = "\n".join(self.log)
        async with httpx.AsyncClient(
            base_url=self.url, headers=self.key_header, timeout=10
        ) as http:
            while asyncio.get_running_loop().time() < deadline:
                if not self.running:
                    raise DidNotStart(f"{self.name} ended:\n" + "\n".join(self.log))
                with suppress(httpx.TransportError):
                    response = await http.get(path)
                    if response.is_success:
                        return
                    heard = _said(response)
                    if response.is_client_error:
                        break
                await asyncio.sleep(0.1)
        raise DidNotStart(f"{self.name} is not ready, {self.url}{path} says:\n{heard}")

    async def keep_running(self, *, first_wait_s: float = 1.0) -> None:
        """
        Start it again whenever it ends, after a wait that doubles with each quick death, until cancelled.

        Raises:
            DidNotStart: It has died ``MOST_DEATHS`` times in a row within ``WELL_AFTER_S`` of its start.
        """
        now = asyncio.get_running_loop().time
        deaths = 0
        while True:
            how = await self._ended()
            deaths = 1 if now() - self._started_at > WELL_AFTER_S else deaths + 1
            if deaths == MOST_DEATHS:
                last = "\n".join(list(self.log)[-_LAST_LINES:])
                raise DidNotStart(
                    f"{self.name} {how}, {deaths} times in a row:\n{last}"
                )
            wait_s = first_wait_s * 2 ** (deaths - 1)
            self._on_line(self.name, f"{how}; it is started again in {wait_s:g} s")
            await asyncio.sleep(wait_s)
            await self.start()

    async def _ended(self) -> str:
        """Wait for its end, and all that it said; how it ended."""
        assert self._process is not None
        assert self._reader is not None
        code = await self._process.wait()
        await asyncio.shield(self._reader)
        return (
            f"was killed ({signal.Signals(-code).name})"
            if code < 0
            else f"ended with {code}"
        )

    async def stop(self) -> None:
        """Ask it to end (SIGTERM) and wait; kill it where it does not."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """``kill -9``."""
        await self._end(signal.SIGKILL)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(how)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._reader is not None:
            await self._reader
        self._process = None

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for raw in self._process.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            self.log.append(line)
            self._on_line(self.name, line)


def _said(response: httpx.Response) -> str:
    """Tell why a service is not ready: what it says of each outside that fails, else its own words."""
    with suppress(ValueError, KeyError, AttributeError):
        checks = response.json()["checks"].items()
        return "\n".join(
            f"{name}: {check['detail']}" for name, check in checks if not check["ok"]
        )
    if response.status_code in (401, 403):
        return "SERVICE_KEY is not one of the keys in API_KEYS, or lacks a scope; the services call each other with it"
    return f"{response.status_code} {response.text}"


def _system_env() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}
