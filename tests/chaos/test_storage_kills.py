"""Storage killed at random while forms, large files and reports come in, callers hang up and Nextcloud misbehaves."""

import asyncio
import hashlib
import os
import random
import socket
import sqlite3
import struct
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from tests.peers.nextcloud.faults import Faults
from tests.together.house import House, open_house
from tests.together.story import Technician, jpegs, technician
from tests.waiting import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

SEED = int(os.environ.get("SEED", "1"))
FORMS, BROKEN, LARGE, REPORTS = 24, 16, 10, 3
KILLS, FAULTS = 15, 60
"""No more than these, so that it ends on a slow machine too, where a start alone takes as long as a life."""
PATIENCE_S = 240.0
SMALL = {
    "STORAGE_SINGLE_PUT_MAX": "4000000",
    "STORAGE_CHUNK_MAX": "1000000",
}
"""Files of some megabytes go every way there is."""
BOUNDARY = "xxBOUNDARYxx"


@dataclass(frozen=True)
class Form:
    """Files for one folder."""

    folder: str
    files: dict[str, bytes]

    @property
    def expected(self) -> dict[str, str]:
        return {
            f"{self.folder}/{name}": hashlib.sha256(content).hexdigest()
            for name, content in self.files.items()
        }

    def begun(self) -> bytes:
        """All of its files, but not its end."""
        head = '--{}\r\nContent-Disposition: form-data; name="f"; filename="{}"\r\n\r\n'
        parts = (
            head.format(BOUNDARY, name).encode() + content + b"\r\n"
            for name, content in self.files.items()
        )
        return b"".join(parts) + f"--{BOUNDARY}\r\n".encode()


async def test_what_storage_answered_is_there_once_and_of_what_broke_off_is_nothing(
    tmp_path: Path,
):
    chance = random.Random(SEED)
    forms = [_form(chance, f"Formulare/F{number}") for number in range(FORMS)]
    broken = [_form(chance, f"Kaputt/K{number}") for number in range(BROKEN)]
    large = [
        Form(
            f"Gross/G{number}",
            {"video.mp4": chance.randbytes(chance.randint(2, 14) * 10**6)},
        )
        for number in range(LARGE)
    ]
    photos = jpegs(4, seed=71)
    async with open_house(tmp_path, SMALL) as house:
        # A gateway that is asked to wait two minutes does.
        house.nextcloud.faults.retry_after_s = 1
        people = [
            technician(house, f"Nass{number}", f"{name}wasser{name * 2}")
            for number, name in zip(range(REPORTS), "xyz", strict=True)
        ]
        reporting = [asyncio.create_task(_report(jean, photos)) for jean in people]
        async with _kills(house, chance), _faults(house.nextcloud.faults, chance):
            await asyncio.gather(
                _in_turn([_whole(house, form) for form in forms], 3),
                _in_turn([_broken_off(house, form, chance) for form in broken], 2),
                _in_turn([_put_at_last(house, form, chance) for form in large], 2),
            )
        await asyncio.gather(*reporting)
        await until(lambda: all(j.notices() for j in people), PATIENCE_S, "the notices")
        await house.stack["storage"].answers("/readyz")
        expected = dict[str, str]()
        for form in (*forms, *large):
            expected |= form.expected
        await until(lambda: not _of_broken(house), PATIENCE_S, "the taking back")
        files = house.files()
        staged = _staged(house, tmp_path / "nextcloud" / "uploads")
        rows = _rows(tmp_path / "storage" / "storage.sqlite")

    print(f"\nstorage's chaos: seed {SEED}, rows {rows}, staged {staged}")
    found = {p: h for p, h in files.items() if p.startswith(("Formulare", "Gross"))}
    assert {p: h for p, h in found.items() if not p.endswith("/")} == expected
    for jean in people:
        assert sorted(_photos(house, jean.client)) == sorted(photos)
        assert (len(jean.notices()), len(jean.cards())) == (1, 1)
        assert len(jean.receipts()) == 1
    of_broken = sum(len(form.files) for form in broken)
    assert rows["unanswered"] <= of_broken
    assert rows["answers"] == 0
    # Chunks of what broke off wait a day for a repeat.
    assert [path for path in staged if not path.startswith("Kaputt/")] == []


def _form(chance: random.Random, folder: str) -> Form:
    sizes = [chance.choice((10, 90_000, 300_000)) for _ in range(chance.randint(2, 5))]
    if chance.random() < 0.4:
        sizes.insert(chance.randrange(len(sizes)), chance.randint(1_200_000, 3_500_000))
    files = {f"{n}.bin": chance.randbytes(size) for n, size in enumerate(sizes)}
    return Form(folder, files)


async def _whole(house: House, form: Form) -> None:
    """What n8n does: the whole call again until it is answered."""
    sent = form.begun()[: -len(BOUNDARY) - 4] + f"--{BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    url = f"{house.stack.urls['storage']}/storage/upload"
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(timeout=60) as http:
        while True:
            with suppress(httpx.TransportError):
                answer = await http.post(
                    url, content=sent, headers=headers, params={"path": form.folder}
                )
                if answer.is_success:
                    assert [one["path"] for one in answer.json()["items"]] == list(
                        form.expected
                    )
                    return
                assert answer.status_code >= 500, answer.text
            await asyncio.sleep(0.3)


async def _broken_off(house: House, form: Form, chance: random.Random) -> None:
    """Send some of a form and hang up."""
    body = form.begun()
    head = (
        f"POST /storage/upload?path={form.folder} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: 99000000\r\n\r\n"
    ).encode()
    sent = head + body[: chance.randint(len(body) // 2, len(body))]
    await _hang_up(house, sent, chance)


async def _put_at_last(house: House, form: Form, chance: random.Random) -> None:
    """Hang up in the middle of a large file now and then, and send it again until it is answered."""
    [(path, content)] = [(f"{form.folder}/{n}", c) for n, c in form.files.items()]
    head = (
        f"PUT /storage/files/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    ).encode()
    url = f"{house.stack.urls['storage']}/storage/files/{path}"
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(timeout=60) as http:
        while True:
            if chance.random() < 0.4:
                cut = chance.randint(0, len(content))
                await _hang_up(house, head + content[:cut], chance)
            with suppress(httpx.TransportError):
                answer = await http.put(url, content=content)
                if answer.is_success:
                    assert answer.json()["path"] == path
                    return
                assert answer.status_code >= 500, answer.text
            await asyncio.sleep(0.3)


async def _hang_up(house: House, sent: bytes, chance: random.Random) -> None:
    """Send, wait a moment, and go with a FIN or a RST; a storage that is away takes nothing."""
    at = urlsplit(house.stack.urls["storage"])
    with suppress(OSError):
        _, writer = await asyncio.open_connection(at.hostname, at.port)
        if chance.random() < 0.5:
            linger = struct.pack("ii", 1, 0)
            link: socket.socket = writer.get_extra_info("socket")
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        try:
            writer.write(sent)
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await writer.drain()
            await asyncio.sleep(chance.uniform(0, 1))
        finally:
            writer.close()
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await writer.wait_closed()


async def _report(jean: Technician, photos: list[bytes]) -> None:
    """While the list of chantiers does not answer he writes the name."""
    jean.start = await jean.person.send("/start")
    await jean.person.press("Fin de chantier", timeout_s=PATIENCE_S)
    await jean.person.sees("🏠", timeout_s=PATIENCE_S, after=jean.start)
    await jean.person.send(jean.client)
    await jean.person.sees("Envoie tes photos", timeout_s=PATIENCE_S)
    await jean.person.send_album(photos)
    await jean.person.sees("Rapport enregistré", timeout_s=PATIENCE_S)


async def _in_turn(calls: list[Coroutine[None, None, None]], side_by_side: int) -> None:
    waiting = iter(calls)

    async def one_after_another() -> None:
        for call in waiting:
            await call

    await asyncio.gather(*(one_after_another() for _ in range(side_by_side)))


@asynccontextmanager
async def _kills(house: House, chance: random.Random) -> AsyncIterator[None]:
    storage, over = house.stack["storage"], asyncio.Event()

    async def keep_killing() -> None:
        for _ in range(KILLS):
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), chance.uniform(0.3, 3))
            if over.is_set():
                return
            await storage.kill()
            await asyncio.sleep(chance.uniform(0, 0.3))
            await storage.start()
            await storage.answers()

    # Not cancelled but asked to end: else it might leave a storage that it has killed.
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_killing())
        yield
        over.set()


@asynccontextmanager
async def _faults(faults: Faults, chance: random.Random) -> AsyncIterator[None]:
    writes = "PUT|MOVE|MKCOL|POST"

    async def keep_failing() -> None:
        for _ in range(FAULTS):
            await asyncio.sleep(chance.uniform(0.1, 0.8))
            match chance.randrange(8):
                case 0:
                    faults.fail(423, method=writes)
                case 1:
                    faults.fail(500, method=writes, written=True)
                case 2:
                    faults.cut(chance.choice(("before", "upload", "after")))
                case 3:
                    faults.cut("after", method=writes)
                case 4:
                    faults.slow(chance.uniform(0.1, 1), times=3)
                case 5:
                    faults.fail(507, method="PUT")
                case 6:
                    faults.fail(503, times=2)
                case _:
                    faults.maintenance = True
                    await asyncio.sleep(chance.uniform(0.1, 1.5))
                    faults.maintenance = False

    failing = asyncio.create_task(keep_failing())
    try:
        yield
    finally:
        failing.cancel()
        faults.clear()


def _photos(house: House, client: str) -> list[bytes]:
    """Those in the client's folder, or in a new one where the list of chantiers did not answer him."""
    files = house.nextcloud.tree("Chantiers")
    return [c for p, c in files.items() if f"_{client}/30_" in p and c]


def _of_broken(house: House) -> list[str]:
    files = house.nextcloud.tree("")
    return [p for p in files if p.startswith("Kaputt/") and not p.endswith("/")]


def _staged(house: House, uploads: Path) -> list[str]:
    """Where what is left in the staging area was to go."""
    made = {
        one.path.rpartition("/")[2]: one.headers["destination"]
        for one in house.nextcloud.requests
        if one.method == "MKCOL" and "/uploads/" in one.path
    }
    left = (unquote(made[folder.name]) for folder in uploads.iterdir())
    return sorted(path.split("/", 7)[-1] for path in left)


def _rows(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file)) as state:
        tables = ("unanswered", "answers", "chunks", "cards", "links")
        return {
            table: state.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in tables
        }
