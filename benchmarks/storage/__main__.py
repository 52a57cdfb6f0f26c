"""
``make bench-storage``: seconds, ratios and memory of the service beside curl, rclone and nc-py-api.

All on this machine, rounds interleaved, medians shown. ``ROUNDS=5`` for more; ``NEXTCLOUD_URL``, ``NEXTCLOUD_USER``,
``NEXTCLOUD_PASSWORD`` for a genuine server instead of the peer. The peer answers in 2 ms where a genuine one was measured
at 26 (a small request) and at 196 (5,000 folders); ``LATENCY_MS=26`` makes it as slow to begin.
"""

import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from benchmarks.storage.servers import Memory, Nextcloud, Service, nextcloud, storage
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
FOLDERS = 5000
_PROPERTIES = (
    b'<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop>'
    b"<d:resourcetype/><d:getlastmodified/><d:getetag/><d:getcontentlength/><oc:fileid/><oc:size/>"
    b"</d:prop></d:propfind>"
)
_number = itertools.count()


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        with nextcloud(scratch) as server:
            for case, (count, size_bytes) in CASES.items():
                files = written(scratch / case.replace(" ", ""), count, size_bytes)
                compare(case, files, server, scratch)
            compare_listing(server, scratch)


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
    growths: list[int] = []
    with (
        storage(scratch, server) as service,
        storage(scratch / "single", server, STORAGE_SINGLE_PUT_MAX="1GB") as single,
    ):
        warm(service, single)
        ways: dict[str, Way | None] = {
            f"bare PUTs x{side_by_side}": bare_puts(server, side_by_side),
            "storage": by_storage(service, side_by_side),
            "curl -T": by_curl(server),
            "rclone": by_rclone(server),
            "rclone --transfers 8": by_rclone(server, "--transfers=8"),
            "nc-py-api": by_nc_py_api(server),
        }
        if files[0].stat().st_size > 100 * MB:
            ways["storage, limit 1 GB"] = by_storage(single, side_by_side)
        with Memory(service.process) as memory, Memory(single.process) as other:
            seconds = rounds({name: way for name, way in ways.items() if way}, files)
        growths = [memory.growth_bytes, other.growth_bytes]
    absent = [name for name, way in ways.items() if way is None]
    report(case, seconds, f"RSS growth {max(growths) / 2**20:.1f} MiB", absent)


def warm(*services: Service) -> None:
    """One small file each, so that what is loaded once is not counted as growth."""
    for service in services:
        for size in (10, 3 * MB):
            url = f"{service.url}/storage/files/warm{next(_number)}/w.bin"
            httpx.put(url, content=bytes(size), timeout=60).raise_for_status()


def rounds(ways: dict[str, Way], files: Sequence[Path]) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            way(files, f"bench{next(_number)}")
            seconds[name].append(time.perf_counter() - started)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def report(case: str, seconds: dict[str, float], note: str, absent: list[str]) -> None:
    ours = seconds["storage"]
    print(f"\n{case}   (median of {ROUNDS}; {note})")
    for name, taken in seconds.items():
        print(f"  {name:24} {taken:7.3f} s   storage is {ours / taken:5.2f} x of it")
    for name in absent:
        print(f"  {name:24} not installed")


def compare_listing(server: Nextcloud, scratch: Path) -> None:
    auth = (server.user, server.password)
    with (
        storage(scratch / "list", server, NEXTCLOUD_ROOT="bench-list") as service,
        httpx.Client(auth=auth, timeout=60) as direct,
        httpx.Client(base_url=service.url, timeout=60) as ours,
    ):
        folder = f"{server.files}/bench-list/Chantiers"
        for path in (folder.rsplit("/", 1)[0], folder):
            direct.request("MKCOL", path)
        for number in range(FOLDERS):
            direct.request("MKCOL", f"{folder}/20{number % 30:02d}0101_Client {number}")
        taken: dict[str, list[float]] = {
            "bare": [],
            "first": [],
            "depth 0": [],
            "repeat": [],
        }
        for number in range(ROUNDS * 3):
            direct.request("MKCOL", f"{folder}/20990101_Neu {number}")
            asked = (
                ("bare", direct, "1"),
                ("first", ours, ""),
                ("depth 0", direct, "0"),
                ("repeat", ours, ""),
            )
            for name, client, depth in asked:
                started = time.perf_counter()
                listed(client, folder, depth)
                taken[name].append(time.perf_counter() - started)
    middle = {
        name: statistics.median(seconds) * 1000 for name, seconds in taken.items()
    }
    print(f"\nlist of {FOLDERS}   (median of {ROUNDS * 3})")
    for name, against in (("first", "bare"), ("repeat", "depth 0")):
        ratio = middle[name] / middle[against]
        print(
            f"  {name:8} {middle[name]:7.1f} ms   {against} PROPFIND {middle[against]:7.1f} ms   ratio {ratio:.2f}"
        )


def listed(client: httpx.Client, folder: str, depth: str) -> None:
    """Ask Nextcloud itself with *depth*, or the service where there is none."""
    if depth:
        headers = {"Content-Type": "application/xml", "Depth": depth}
        answer = client.request(
            "PROPFIND", folder, headers=headers, content=_PROPERTIES
        )
    else:
        answer = client.get("/storage/chantiers")
    assert answer.status_code in {200, 207}, answer.text[:300]


if __name__ == "__main__":
    main()
