"""
``make bench-storage``: seconds, ratios and memory of the service beside curl, rclone and nc-py-api.

All on this machine, rounds interleaved, medians shown. ``ROUNDS=5`` for more; ``NEXTCLOUD_URL``, ``NEXTCLOUD_USER``,
``NEXTCLOUD_PASSWORD`` for a genuine server instead of the peer. The peer answers in 2 ms where a genuine one was measured
at 26 (a small request) and at 196 (5,000 folders); ``LATENCY_MS=26`` makes it as slow to begin. The listing is measured
once more with the peer paced like that.
"""

import itertools
import os
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
    bare_chunks,
    bare_puts,
    by_curl,
    by_nc_py_api,
    by_rclone,
    by_storage,
)

LATENCY_MS = float(os.environ.get("LATENCY_MS", "0"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
MB = 1_000_000
CASES = {
    "10 x 5 MB": (10, 5 * MB),
    "40 x 200 KB": (40, 200_000),
    "300 MB": (1, 300 * MB),
}
_number = itertools.count()


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        listing.put_on_disk(scratch / "peer")
        with nextcloud(scratch, latency_ms=LATENCY_MS) as server:
            if is_genuine():
                listing.make(server)
            listing.compare(
                server, scratch, rounds=ROUNDS + 2, of=f"{LATENCY_MS} ms a request"
            )
            for case, (count, size_bytes) in CASES.items():
                files = written(scratch / case.replace(" ", ""), count, size_bytes)
                compare(case, files, server, scratch)
        if not is_genuine():
            compare_paced_listing(scratch / "paced")


def compare_paced_listing(scratch: Path) -> None:
    """The same listing from a peer that takes as long as the genuine server that was measured."""
    listing.put_on_disk(scratch / "peer")
    with nextcloud(scratch, latency_ms=26, listed_us=34) as server:
        pace = "the peer paced as Nextcloud 29 was measured: 26 ms a request, 34 µs an entry"
        listing.compare(server, scratch, rounds=ROUNDS + 2, of=pace)


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
            "bare, server's hash too": bare_puts(server, side_by_side, hashed=True),
            "storage": by_storage(service, side_by_side),
            "curl -T": by_curl(server),
            "rclone": by_rclone(server),
            "rclone --transfers 8": by_rclone(server, "--transfers=8"),
            "nc-py-api": by_nc_py_api(server),
        }
        if files[0].stat().st_size > 100 * MB:
            ways["bare 64 MiB chunks, MOVE"] = bare_chunks(server)
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


if __name__ == "__main__":
    main()
