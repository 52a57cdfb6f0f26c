"""
5,000 notices that meet a flood wait, a restart and two kills: what they cost, and whether each comes once.

One in ten has a photo. Telegram is played in this process; only the notifier counts. ``NOTICES`` for another number.
"""

import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import httpx

from demo.processes import ServiceProcess
from tests.notifier.shown import jpeg
from tests.peers.telegram import TelegramPeer
from tests.peers.telegram.groups import Group
from tests.ports import free_port
from tests.waiting import until

COUNT = int(os.environ.get("NOTICES", "5000"))
GROUPS = {"chantier": -5000000001, "sav": -5000000003, "magasinier": -5000000002}
FLOOD_S = 60
REST_S = 10.0
MOST_CALLS = 200
"""Telegram is asked this often at most while all wait; a task a notice asked once for each, and again for each."""
MOST_IDLE_CPU_S = 1.0
MOST_READY_S = 3.0
CALLERS = 8
WAIT_S = 1800.0
_SENDING = ("messages.sendMessage", "messages.sendMedia", "messages.sendMultiMedia")
_TICKS = os.sysconf("SC_CLK_TCK")


class Notifier:
    """The notifier as a process, as often as it is started."""

    def __init__(self, peer: TelegramPeer, data_dir: Path) -> None:
        self.data_dir = data_dir
        url = f"http://127.0.0.1:{free_port()}"
        env = {
            "DATA_DIR": str(data_dir),
            "LOG_LEVEL": "ERROR",
            "STORAGE_URL": f"http://127.0.0.1:{free_port()}",
            "TELEGRAM_API_ID": str(peer.api_id),
            "TELEGRAM_API_HASH": peer.api_hash,
            "TELEGRAM_BOT_TOKEN": peer.bot_token,
            "TELEGRAM_GROUPS": ",".join(f"{n}={i}" for n, i in GROUPS.items()),
            "TELEGRAM_SERVER": peer.address,
            "TELEGRAM_SERVER_KEY": peer.public_key_pem,
        }
        self.process = ServiceProcess("notifier", url, env, lambda *_: None)
        self.http = httpx.AsyncClient(base_url=url, timeout=120)

    async def start(self) -> float:
        """Start it; how long it took from its first answer until Telegram and the notices were ready, in seconds."""
        await self.process.start()
        await self.process.answers()
        began = time.perf_counter()
        await until(self._is_ready, WAIT_S, "ready")
        return time.perf_counter() - began

    async def put(self, number: int) -> None:
        name = f"n{number:05}"
        body = {"group": list(GROUPS)[number % len(GROUPS)], "text": name}
        url = f"/notifier/notices/{name}"
        if number % 10 == 0:
            photo = ("file", ("photo.jpg", jpeg()))
            (await self.http.put(url, data=body, files=[photo])).raise_for_status()
        else:
            (await self.http.put(url, json=body)).raise_for_status()

    @property
    def cpu_s(self) -> float:
        """Its processor time so far."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def rss_mb(self) -> float:
        """What is resident of it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    async def _is_ready(self) -> bool:
        checks = (await self.http.get("/readyz")).json()["checks"]
        return bool(checks["telegram"]["ok"] and checks["notices"]["ok"])


async def main() -> int:
    """Let all wait, then come, with a kill amid each; 0 when every bound was kept."""
    with tempfile.TemporaryDirectory() as folder:
        async with TelegramPeer() as peer:
            groups = [peer.add_group(i, name) for name, i in GROUPS.items()]
            notifier = Notifier(peer, Path(folder))
            try:
                kept = await _all_wait(notifier, peer)
                kept &= await _all_come(notifier, peer, groups)
            finally:
                await notifier.process.stop()
                await notifier.http.aclose()
    return 0 if kept else 1


async def _all_wait(notifier: Notifier, peer: TelegramPeer) -> bool:
    empty_s = await notifier.start()
    empty_mb, calls, cpu_s = notifier.rss_mb, len(peer.calls), notifier.cpu_s
    for method in _SENDING:
        peer.faults.flood_wait(method, FLOOD_S, times=None)
    numbers = iter(range(COUNT))

    async def put_some() -> None:
        for number in numbers:
            await notifier.put(number)

    await asyncio.gather(*(put_some() for _ in range(CALLERS)))
    asked, each_s = len(peer.calls) - calls, (notifier.cpu_s - cpu_s) / COUNT
    cpu_s = notifier.cpu_s
    await asyncio.sleep(REST_S)
    idle_s = notifier.cpu_s - cpu_s
    await notifier.process.kill()
    ready_s = await notifier.start()
    print(f"{COUNT} notices that wait (load {os.getloadavg()[0]:.1f}):")
    print(f"  to take one: {each_s * 1000:.1f} ms of processor time")
    print(f"  calls to Telegram meanwhile: {asked} (bound {MOST_CALLS})")
    print(f"  in {REST_S:.0f} s of waiting: {idle_s:.2f} s (bound {MOST_IDLE_CPU_S})")
    print(
        f"  ready {ready_s:.1f} s after the first answer, empty {empty_s:.1f} (bound {MOST_READY_S})"
    )
    print(f"  RSS {notifier.rss_mb - empty_mb:+.1f} MB beside an empty one")
    return asked <= MOST_CALLS and idle_s <= MOST_IDLE_CPU_S and ready_s <= MOST_READY_S


async def _all_come(
    notifier: Notifier, peer: TelegramPeer, groups: Sequence[Group]
) -> bool:
    def texts() -> list[str]:
        return [m.text for group in groups for m in group.messages if m.text]

    peer.faults.clear()
    began, cpu_s = time.perf_counter(), notifier.cpu_s
    await until(lambda: len(texts()) > COUNT // 3, WAIT_S, "a third", look_s=0.1)
    cpu_s = (notifier.cpu_s - cpu_s) / len(texts())
    await notifier.process.kill()
    await notifier.start()
    await until(lambda: len(set(texts())) == COUNT, WAIT_S, "all", look_s=0.1)
    took_s = time.perf_counter() - began
    once = set(Counter(texts()).values()) == {1}
    asked = _asked(notifier.data_dir)
    back = sum(_steps_back(group, asked) for group in groups)
    print(f"all read after {took_s:.0f} s, across a kill: {cpu_s * 1000:.1f} ms each")
    print(f"  each once: {'yes' if once else 'NO'}; texts out of order: {back}")
    return once and back == 0


def _steps_back(group: Group, asked: dict[str, int]) -> int:
    """How often a text without a photo comes after one that was asked for later."""
    places = [asked[m.text] for m in group.messages if m.text and int(m.text[1:]) % 10]
    return sum(first > second for first, second in pairwise(places))


def _asked(data_dir: Path) -> dict[str, int]:
    """The place of each notice in the order in which they were put down."""
    with closing(sqlite3.connect(data_dir / "notifier.sqlite")) as database:
        rows = database.execute("SELECT text FROM notices ORDER BY created_at, id")
        return {text: place for place, (text,) in enumerate(rows)}


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
