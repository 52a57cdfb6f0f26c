"""The files that come with a notice, on disk until its group sees them."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from contracts.errors import NotFound
from notifier.app import create_app
from notifier.spool import Spool
from tests.full_disk import small_files
from tests.notifier.sending import OTHER, PDF, PHOTO, TEXT, put
from tests.notifier.shown import jpeg, shown, texts
from tests.peers.serving import served
from tests.waiting import until


async def test_a_full_disk_refuses_files_and_takes_notices(
    settings, running, group, left
):
    full = settings.model_copy(update={"notifier_reserve_bytes": 10**18})
    async with running(create_app(full)) as http:
        refused = await put(http, [PHOTO])
        taken = await http.put("/notifier/notices/r1?wait=20", json=TEXT)

    assert (refused.status_code, refused.json()["code"]) == (507, "storage_full")
    assert taken.json()["status"] == "delivered"
    assert left() == []


async def test_what_the_disk_refuses_is_said_as_such(notifier, left):
    with small_files(2**20):
        answer = await put(notifier, [("file", ("a.bin", bytes(2 * 2**20)))])

    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert left() == []


async def test_a_form_that_breaks_off_leaves_nothing(settings, running, left):
    app = create_app(settings)
    async with app.router.lifespan_context(app), served(app, "127.0.0.1", 0) as url:
        host, port = url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        part = (
            '--B\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n'
        )
        writer.write(
            b"PUT /notifier/notices/r1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000\r\n"
            b"Content-Type: multipart/form-data; boundary=B\r\n\r\n"
            + part.encode()
            + b"x" * 300_000
            + b"\r\n"
            + part.encode()
            + b"y" * 300_000
        )
        await writer.drain()
        async with asyncio.timeout(10):
            while len(left()) < 2:
                await asyncio.sleep(0.01)
            writer.close()
            while left():
                await asyncio.sleep(0.01)

    assert left() == []


async def test_files_wait_for_telegram(notifier, peer, group, left):
    peer.faults.flood_wait("upload.saveFilePart", 300, times=None)
    first = await put(notifier, [PHOTO, PDF], wait_s=0)
    waiting = left()
    peer.faults.clear()
    done = await notifier.post("/notifier/notices/r1/retry?wait=20")

    assert first.status_code == 202
    assert len(waiting) == 2
    assert done.json()["status"] == "delivered"
    assert shown(group) == [jpeg(1), b"%PDF-1 facture"]
    assert left() == []


async def test_what_is_not_asked_for_any_more_is_not_kept(notifier, peer, group, left):
    peer.faults.flood_wait("upload.saveFilePart", 300, times=None)
    await put(notifier, [PHOTO, PDF], wait_s=0)

    await put(notifier, [PDF], wait_s=0)

    assert len(left()) == 1


@pytest.fixture
async def waiting(settings, running, peer, left) -> Path:
    """Where the one file of a notice waits of which Telegram took nothing; the notifier is stopped."""
    for method in ("upload.saveFilePart", "messages.sendMessage"):
        peer.faults.flood_wait(method, 300, times=None)
    async with running(create_app(settings)) as http:
        await put(http, [PHOTO], wait_s=0)
    peer.faults.clear()
    [name] = left()
    return Path(settings.data_dir, ".notifier-sent", name)


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [(Path.unlink, "file_gone"), (lambda file: os.truncate(file, 100), "file_damaged")],
)
async def test_a_file_that_is_not_what_was_sent_is_missing_until_it_is_sent_again(
    settings, running, group, waiting, *, spoilt, code
):
    """Somebody removed it from the disk, or a power cut spoilt it: its group was shown half a file as if it were whole."""
    spoilt(waiting)

    async with running(create_app(settings)) as http:
        lacking = await http.post("/notifier/notices/r1/retry?wait=20")
        whole = await put(http, [PHOTO])

    assert [one["code"] for one in lacking.json()["missing"]] == [code]
    assert whole.json()["missing"] == []
    assert shown(group) == [jpeg(1)]


async def test_what_nobody_foresaw_of_a_file_shows_in_the_notice_and_keeps_no_text_back(
    settings, running, group, waiting
):
    """It was tried again and again without a word, and the group did not read the text."""
    waiting.unlink()
    waiting.mkdir()

    async with running(create_app(settings)) as http:

        async def is_told() -> bool:
            notice = (await http.get("/notifier/notices/r1")).json()
            return "IsADirectoryError" in (notice["last_error"] or "")

        await until(is_told)

    assert texts(group) == ["📄 Facture"]


async def test_an_expired_copy_is_brought_up_again(notifier, peer, group, left):
    peer.faults.error("messages.sendMedia", 400, "FILE_REFERENCE_EXPIRED")

    answer = await put(notifier, [PHOTO])

    assert answer.json()["missing"] == []
    assert shown(group) == [jpeg(1)]


async def test_a_file_replaced_while_another_goes_up_is_the_one_that_is_shown(
    notifier, peer, group, left
):
    """The first one's upload ends when the notice has another file in its place."""
    film = ("file", ("film.mp4", bytes(20 * 1024 * 1024)))
    await put(notifier, [film], wait_s=0)
    await peer.until(lambda: any("BigFilePart" in c.method for c in peer.calls))
    await notifier.put("/notifier/notices/r1", json=TEXT)

    answer = await put(notifier, [OTHER])

    assert (answer.json()["status"], answer.json()["missing"]) == ("delivered", [])
    assert shown(group) == [jpeg(2)]
    assert left() == []


async def test_a_file_dropped_before_it_is_read_is_gone(tmp_path):
    async def content():
        yield b"x"

    spool = Spool(tmp_path / "sent", 0)
    spool.open(())
    kept = await spool.keep("file", "photo.jpg", content(), 10)
    spool.take("r1", [kept])
    opened = spool.file("r1", kept.source)
    spool.drop("r1", kept.source)

    with pytest.raises(NotFound):
        await anext(opened.pieces)


def test_a_folder_in_the_spool_is_left_alone(tmp_path):
    """A disk of its own has a ``lost+found``; the notifier did not start."""
    spool = tmp_path / "sent"
    (spool / "lost+found").mkdir(parents=True)
    (spool / ".arriving-1").touch()

    Spool(spool, 0).open(())

    assert [path.name for path in spool.iterdir()] == ["lost+found"]


@pytest.mark.slow
async def test_a_file_that_waits_is_in_the_backup(settings, running, peer, group, left):
    peer.faults.flood_wait("upload.saveFilePart", 300, times=None)
    async with running(create_app(settings)) as http:
        await put(http, [PHOTO], wait_s=0)
        copied = await command(settings, "backup")
    shutil.rmtree(settings.data_dir)
    peer.faults.clear()

    await command(settings, "restore", copied)
    async with running(create_app(settings)) as http:
        whole = await http.post("/notifier/notices/r1/retry?wait=20")

    assert (whole.json()["status"], whole.json()["missing"]) == ("delivered", [])
    assert shown(group) == [jpeg(1)]
    assert left() == []


async def command(settings, word: str, copied: bytes = b"") -> bytes:
    """``etm-notifier backup``, or ``restore``."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "etm-notifier"),
        word,
        env={"DATA_DIR": str(settings.data_dir)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, said = await process.communicate(copied)
    assert process.returncode == 0, said.decode()
    return out
