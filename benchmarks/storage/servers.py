"""The two ends as processes: a Nextcloud (the peer, or a genuine one by ``NEXTCLOUD_URL``) and the storage service."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.ports import free_port

_START_S = 60.0
_KEEP_MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
    "MALLOC_TOP_PAD_": str(4 << 20),
}
"""
glibc gives each read's 256 KB back to the kernel, which clears them for the next: a third of what the peer spends on a
large body, at the cost of those that it is compared with. A genuine server reads into one buffer.
"""


@dataclass(frozen=True)
class Nextcloud:
    url: str
    user: str
    password: str

    @property
    def files(self) -> str:
        return f"{self.url}/remote.php/dav/files/{self.user}"


@dataclass(frozen=True)
class Service:
    url: str
    process: psutil.Process


class Memory:
    """Samples a process's resident memory until stopped; ``growth_bytes`` is its highest above the start."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._start = self._top = process.memory_info().rss
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def growth_bytes(self) -> int:
        return self._top - self._start

    def _sample(self) -> None:
        while not self._over.wait(0.02):
            self._top = max(self._top, self._process.memory_info().rss)


def is_genuine() -> bool:
    return "NEXTCLOUD_URL" in os.environ


@contextmanager
def nextcloud(scratch: Path, *, paced: bool) -> Iterator[Nextcloud]:
    """Give the genuine server that the environment names, else the peer in a process of its own, *paced* as one."""
    if is_genuine():
        yield Nextcloud(
            os.environ["NEXTCLOUD_URL"],
            os.environ["NEXTCLOUD_USER"],
            os.environ["NEXTCLOUD_PASSWORD"],
        )
        return
    command = [
        sys.executable,
        "-m",
        "tests.peers.nextcloud",
        "--root",
        str(scratch / "peer"),
        *(["--paced"] if paced else []),
    ]
    environment = {**os.environ, **_KEEP_MEMORY}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout
    try:
        yield Nextcloud(
            process.stdout.readline().strip(), "jean.keller", "app-password"
        )
    finally:
        process.terminate()
        process.wait()


@contextmanager
def storage(scratch: Path, server: Nextcloud, **settings: str) -> Iterator[Service]:
    """Run the service as it is run in earnest."""
    port = free_port()
    environment = {
        **os.environ,
        "NEXTCLOUD_URL": server.url,
        "NEXTCLOUD_USER": server.user,
        "NEXTCLOUD_PASSWORD": server.password,
        "DATA_DIR": str(scratch / "data"),
        "LOG_LEVEL": "WARNING",
        "PORT": str(port),
        **settings,
    }
    # Away from this folder's .env.
    scratch.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "storage.app"]
    process = subprocess.Popen(command, env=environment, cwd=scratch)
    url = f"http://127.0.0.1:{port}"
    try:
        _await_ready(url)
        yield Service(url, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _await_ready(url: str) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit("storage did not become ready")
