"""5,000 chantiers listed: by a service that has just started, after a change, and again, beside bare PROPFINDs."""

import itertools
import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from benchmarks.storage.servers import Nextcloud, storage
from storage.resources import PROPERTIES

FOLDERS = 5000
ROOT = "bench-list"
_number = itertools.count()


def names() -> list[str]:
    return [f"20{number % 30:02d}0101_Client {number}" for number in range(FOLDERS)]


def put_on_disk(peer: Path) -> None:
    """Make the folders where a peer will find them when it starts: by MKCOL they would take minutes."""
    for name in names():
        (peer / "files" / ROOT / "Chantiers" / name).mkdir(parents=True)


def make(server: Nextcloud) -> None:
    """Make them on a genuine server, unless an earlier run has."""
    with httpx.Client(auth=(server.user, server.password), timeout=60) as direct:
        base = f"{server.files}/{ROOT}"
        last = direct.head(f"{base}/Chantiers/{names()[-1]}")
        if last.is_success:
            return
        for path in ("", "/Chantiers", *(f"/Chantiers/{name}" for name in names())):
            direct.request("MKCOL", base + path)


def compare(server: Nextcloud, scratch: Path, *, rounds: int) -> None:
    taken: dict[str, list[float]] = {}
    folder = f"{server.files}/{ROOT}/Chantiers"
    auth = (server.user, server.password)

    with httpx.Client(auth=auth, timeout=60) as direct:

        def asked(depth: str) -> None:
            headers = {
                "Content-Type": "application/xml",
                "Depth": depth,
                "Prefer": "return=minimal",
            }
            answer = direct.request(
                "PROPFIND", folder, headers=headers, content=PROPERTIES
            )
            assert answer.status_code == 207, answer.text[:300]

        def changed() -> None:
            name = f"20990101_Neu {os.getpid()} {next(_number)}"
            direct.request("MKCOL", f"{folder}/{name}").raise_for_status()

        for number in range(rounds):
            with (
                storage(scratch / f"list{number}", server, NEXTCLOUD_ROOT=ROOT) as own,
                httpx.Client(base_url=own.url, timeout=60) as ours,
            ):

                def listed(ours: httpx.Client = ours) -> None:
                    ours.get("/storage/chantiers").raise_for_status()

                changed()
                timed(taken, "bare", lambda: asked("1"))
                timed(taken, "first", listed)
                timed(taken, "depth 0", lambda: asked("0"))
                timed(taken, "repeat", listed)
                changed()
                timed(taken, "changed", listed)
                changed()
                with Others(own.url) as others:
                    listed()
                taken.setdefault("others", []).append(others.longest_s)
    report({name: statistics.median(one) for name, one in taken.items()})


class Others:
    """Somebody else who asks the service something small all the time; ``longest_s`` is what he had to wait at most."""

    def __init__(self, url: str) -> None:
        self.longest_s = 0.0
        self._url = url
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> "Others":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        with httpx.Client(base_url=self._url, timeout=60) as http:
            http.get("/healthz").raise_for_status()
            while not self._over.wait(0.002):
                started = time.perf_counter()
                http.get("/healthz").raise_for_status()
                self.longest_s = max(self.longest_s, time.perf_counter() - started)


def timed(taken: dict[str, list[float]], name: str, what: Callable[[], None]) -> None:
    started = time.perf_counter()
    what()
    taken.setdefault(name, []).append(time.perf_counter() - started)


def report(middle: dict[str, float]) -> None:
    print(f"\nlist of {FOLDERS}")
    against = {
        "first": ("PROPFIND", middle["bare"]),
        "repeat": ("Depth 0", middle["depth 0"]),
        "changed": ("Depth 0 and PROPFIND", middle["depth 0"] + middle["bare"]),
    }
    for name, (what, bare) in against.items():
        print(
            f"  {name:8} {middle[name] * 1000:7.1f} ms   {what:20} {bare * 1000:7.1f} ms"
            f"   ratio {middle[name] / bare:.2f}"
        )
    print(f"  meanwhile others wait {middle['others'] * 1000:.1f} ms at most")
