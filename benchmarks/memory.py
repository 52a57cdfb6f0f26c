"""
How far the memory of gateway and storage grows while a 1 GB document passes through both.

Telegram and Nextcloud are played in this process; the document is made as it is read, so only the two services count.
Peak RSS is read from ``/proc/<pid>/status`` (``VmHWM``), reset before the document is sent (``/proc/<pid>/clear_refs``).
"""

import asyncio
import hashlib
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.peers.telegram import Generated
from tests.together.house import open_house
from tests.together.story import jpegs, technician

SIZE_BYTES = 1 << 30
BOUND_MB = 32
SERVICES = ("gateway", "storage")
WAIT_S = 1800.0


async def main() -> int:
    """Send a warm-up report, then the document; 0 when both services kept below the bound."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(Path(folder)) as house:
            await technician(house, "Warm", "Aufwärmen").report(jpegs(8, seed=1))
            jean = technician(house, "Groß", "Großdatei")
            before = {name: _reset_peak_mb(house.stack[name].pid) for name in SERVICES}
            await jean.begin()
            began = perf_counter()
            document = Generated(SIZE_BYTES)
            await jean.person.send_document(document, "drone.mp4", "video/mp4")
            await jean.person.sees("1 ", timeout_s=WAIT_S)
            await jean.person.press("Envoyer", timeout_s=WAIT_S)
            await jean.person.sees("Rapport enregistré", timeout_s=WAIT_S)
            took_s = perf_counter() - began
            grown = {
                name: _peak_mb(house.stack[name].pid) - before[name]
                for name in SERVICES
            }
            whole = _stored_hash(Path(folder)) == document.sha256()
    return _tell(grown, took_s, whole=whole)


def _tell(grown: dict[str, float], took_s: float, *, whole: bool) -> int:
    print(f"1 GB document, Telegram → gateway → storage → Nextcloud: {took_s:.1f} s")
    print(f"  bytes in Nextcloud are those that were sent: {'yes' if whole else 'NO'}")
    for name, grown_mb in grown.items():
        print(f"  {name}: peak RSS +{grown_mb:.1f} MB (bound {BOUND_MB} MB)")
    return 0 if whole and max(grown.values()) <= BOUND_MB else 1


def _reset_peak_mb(pid: int | None) -> float:
    """Forget the peak so far, and tell what is resident now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
    return _peak_mb(pid)


def _peak_mb(pid: int | None) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return (
        next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    )


def _stored_hash(folder: Path) -> str:
    (stored,) = (folder / "nextcloud" / "files").rglob("*.mp4")
    with stored.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
