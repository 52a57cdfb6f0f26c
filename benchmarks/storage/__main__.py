"""
``make bench-storage``: seconds, ratios and memory of the service beside curl, rclone and nc-py-api.

All on this machine, rounds interleaved, medians shown. ``ROUNDS=5`` for more; ``NEXTCLOUD_URL``, ``NEXTCLOUD_USER``,
``NEXTCLOUD_PASSWORD`` for a genuine server instead of the peer: an account for tests, as some 12 GB go through its trash
bin and ``bench-list`` with its 5,000 folders stays for the next run.

The peer comes twice. *Paced* it takes as long as the genuine server that was measured, by waiting
(`tests.peers.nextcloud.pacing`): what a user would see. *Unpaced* it takes 2 ms and what the processors give: then the
ratios say how much work the service adds on a machine that it shares with both ends.
"""

import itertools
import os
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from benchmarks.storage import listing
from benchmarks.storage.servers import (
    Memory,
    Nextcloud,
    Service,
    is_genuine,
    nextcloud,
    storage,
)
from benchmarks.storage.ways import (
    Way,
    bare_puts,
    by_curl,
    by_nc_py_api,
    by_rclone,
    by_storage,
)

ROUNDS = int(os.environ.get("ROUNDS", "3"))
MB = 1_000_000
CASES = {
    "10 x 5 MB": (10, 5 * MB),
    "40 x 200 KB": (40, 200_000),
    "300 MB": (1, 300 * MB),
}
_number = itertools.count()
_RUN = f"bench-{time.time_ns():x}-"
"""A genuine server still has the folders of the run before, and in them what is "already there"."""


def main() -> None:
    if is_genuine():
        measure("genuine server", paced=False)
        return
    measure("PACED peer, as Nextcloud 29 was measured", paced=True)
    measure("UNPACED peer, as fast as this machine", paced=False)


def measure(against: str, *, paced: bool) -> None:
    print(f"\n=== {against}; median of {ROUNDS}")
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        listing.put_on_disk(scratch / "peer")
        with nextcloud(scratch, paced=paced) as server:
            if is_genuine():
                listing.make(server)
            listing.compare(server, scratch, rounds=ROUNDS + 2)
            for case, (count, size_bytes) in CASES.items():
                files = written(scratch / case.replace(" ", ""), count, size_bytes)
                compare(case, files, server, scratch)
                if is_genuine():
                    clear(server)


def clear(server: Nextcloud) -> None:
    """Move what this run made to the trash bin."""
    with httpx.Client(auth=(server.user, server.password), timeout=600) as direct:
        listed = direct.request("PROPFIND", server.files, headers={"Depth": "1"}).text
        for folder in set(re.findall(rf"/({_RUN}\w+)/<", listed)):
            direct.delete(f"{server.files}/{folder}").raise_for_status()


def written(folder: Path, count: int, size_bytes: int) -> list[Path]:
    folder.mkdir()
    files = [folder / f"f{number:02d}.bin" for number in range(count)]
    for file in files:
        with file.open("wb") as content:
            for start in range(0, size_bytes, MB):
                content.write(os.urandom(min(MB, size_bytes - start)))
    return files


def compare(case: str, files: Sequence[Path], server: Nextcloud, scratch: Path) -> None:
    side_by_side = min(4, len(files))
    with storage(scratch, server) as service:
        warm(service)
        ways: dict[str, Way | None] = {
            f"bare PUTs x{side_by_side}": bare_puts(server, side_by_side),
            "bare, server's hash too": bare_puts(server, side_by_side, hashed=True),
            "storage": by_storage(service, side_by_side),
            "curl -T": by_curl(server),
            "rclone": by_rclone(server),
            "nc-py-api": by_nc_py_api(server),
        }
        began_s = busy_s(service)
        with Memory(service.process) as memory:
            seconds = rounds({name: way for name, way in ways.items() if way}, files)
        note = (
            f"storage: RSS growth {memory.growth_bytes / 2**20:.1f} MiB,"
            f" processor time {(busy_s(service) - began_s) / ROUNDS:.2f} s"
        )
    absent = [name for name, way in ways.items() if way is None]
    report(case, seconds, note, absent)


def busy_s(service: Service) -> float:
    """Say how much processor time it has had: that does not depend on what else runs here."""
    spent = service.process.cpu_times()
    return float(spent.user + spent.system)


def warm(service: Service) -> None:
    """One file each, so that what is loaded once is not counted as growth, and the line's pace is known."""
    for size in (10, 3 * MB, 10 * MB):
        url = f"{service.url}/storage/files/{_RUN}{next(_number)}/w.bin"
        httpx.put(url, content=bytes(size), timeout=60).raise_for_status()


def rounds(ways: dict[str, Way], files: Sequence[Path]) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            way(files, f"{_RUN}{next(_number)}")
            seconds[name].append(time.perf_counter() - started)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def report(case: str, seconds: dict[str, float], note: str, absent: list[str]) -> None:
    ours = seconds["storage"]
    print(f"\n{case}   ({note})")
    for name, taken in seconds.items():
        print(f"  {name:24} {taken:7.3f} s   storage is {ours / taken:5.2f} x of it")
    for name in absent:
        print(f"  {name:24} not installed")


if __name__ == "__main__":
    main()
