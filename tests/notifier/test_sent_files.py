"""Notices whose photos and files come with the call, as a form."""

import asyncio
import json
import resource
import shutil
import sys
from pathlib import Path

import pytest

from contracts.errors import NotFound
from notifier.app import create_app
from notifier.spool import Spool
from tests.notifier.shown import albums, jpeg, photos, shown, texts
from tests.peers.serving import served

TEXT = {"group": "chantier", "text": "📄 Facture"}
PHOTO = ("file", ("photo.jpg", jpeg(1), "image/jpeg"))
OTHER = ("file", ("autre.jpg", jpeg(2), "image/jpeg"))
PDF = ("facture", ("Facture Müller.pdf", b"%PDF-1 facture", "application/pdf"))


@pytest.fixture
def left(settings):
    """What lies on the notifier's disk."""

    def names() -> list[str]:
        folder = settings.data_dir / ".notifier-sent"
        return sorted(path.name for path in folder.iterdir())

    return names


async def put(http, files, notice_id: str = "r1", wait_s: int = 20, **fields: str):
    return await http.put(
        f"/notifier/notices/{notice_id}",
        params={"wait": wait_s},
        data={**TEXT, **fields},
        files=files,
    )


async def test_files_of_a_form_are_shown_with_the_text(notifier, group, left):
    answer = await put(notifier, [PHOTO, OTHER, PDF])

    assert answer.json()["status"] == "delivered"
    assert texts(group) == ["📄 Facture", "", ""]
    assert shown(group) == [jpeg(1), jpeg(2), b"%PDF-1 facture"]
    assert albums(group) == [2, 1]
    assert group.messages[2].media.name == "Facture Müller.pdf"
    assert left() == []


async def test_the_notice_may_stand_in_one_field_as_json(notifier, group):
    notice = {"group": "chantier", "text": "<b>Facture</b>", "format": "html"}

    answer = await notifier.post(
        "/notifier/notices?wait=20", data={"notice": json.dumps(notice)}, files=[PHOTO]
    )

    assert answer.status_code == 200
    assert [message.html for message in group.messages] == ["<b>Facture</b>"]


async def test_a_form_takes_a_template(notifier, group):
    told = {"technician": "Jean Keller", "chantier": "Müller", "items": ["cuivre 28mm"]}

    await notifier.put(
        "/notifier/notices/r1?wait=20",
        data={
            "group": "chantier",
            "template": "materiel",
            "data": json.dumps(told),
            "text": "null",
            "silent": "true",
        },
        files=[PHOTO],
    )

    assert texts(group)[0].endswith("🏠 Chantier : Müller\n• cuivre 28mm")
    assert shown(group) == [jpeg(1)]


async def test_an_entry_says_what_a_sent_file_is_and_where_it_stands(
    notifier, storage, group
):
    media = [
        {"upload": "photo.jpg", "kind": "document", "name": "original.jpg"},
        *photos(storage, 1, first=5),
    ]

    await put(notifier, [OTHER, PHOTO], media=json.dumps(media))

    assert sorted(shown(group)) == sorted([jpeg(1), jpeg(5), jpeg(2)])
    assert group.messages[0].media.name == "original.jpg"


async def test_the_same_form_again_changes_nothing(notifier, group, left):
    first = await put(notifier, [PHOTO, PDF])
    again = await put(notifier, [PHOTO, PDF])

    assert again.json() == first.json()
    assert len(group.messages) == 2
    assert left() == []


async def test_another_file_comes_as_a_further_message(notifier, group):
    await put(notifier, [PHOTO])
    await put(notifier, [PHOTO, OTHER])

    assert shown(group) == [jpeg(1), jpeg(2)]


async def test_an_idempotency_key_counts_the_content_of_files(notifier, group, left):
    async def post(files):
        return await notifier.post(
            "/notifier/notices?wait=20",
            data=TEXT,
            files=files,
            headers={"Idempotency-Key": "n8n-42"},
        )

    first = await post([PHOTO])
    again = await post([PHOTO])
    other = await post([("file", ("photo.jpg", jpeg(9), "image/jpeg"))])

    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert shown(group) == [jpeg(1)]
    assert left() == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"group": "nobody"}, "group"),
        ({"foto": "1"}, "body.foto"),
        ({"media": "[{"}, "body.media"),
        ({"media": '[{"upload": "b.jpg"}]'}, "media.0.upload"),
        ({"notice": "[]"}, "notice"),
        ({"text": "", "template": "fin", "data": "{}"}, "body.data.photos"),
    ],
)
async def test_a_refused_form_leaves_nothing(notifier, group, left, fields, field):
    answer = await put(notifier, [PHOTO], **fields)

    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert group.messages == []
    assert left() == []


async def test_an_empty_file_is_refused(notifier, left):
    answer = await put(notifier, [PHOTO, ("file", ("empty.pdf", b""))])

    assert (answer.status_code, answer.json()["code"]) == (422, "empty_file")
    assert left() == []


async def test_what_is_no_form_is_refused(notifier, left):
    answer = await notifier.put(
        "/notifier/notices/r1",
        content=b"no form",
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_multipart")
    assert left() == []


async def test_a_form_has_an_end_of_texts_too(notifier, left):
    """Their names are kept as well: without this, 300 MB of them were 300 MB of memory."""
    body = "".join(
        f'--B\r\nContent-Disposition: form-data; name="n{number}"\r\n\r\n\r\n'
        for number in range(1001)
    )

    answer = await notifier.put(
        "/notifier/notices/r1",
        content=f"{body}--B--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_texts")
    assert left() == []


async def test_a_notice_elsewhere_takes_no_files(notifier, group, left):
    await put(notifier, [OTHER])

    answer = await put(notifier, [PHOTO], group="sav")

    assert answer.status_code == 409
    assert left() == []


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


@pytest.fixture
def small_files():
    """Nothing here may write a file above 1 MiB: a quota, as the system tells of it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_what_the_disk_refuses_is_said_as_such(notifier, left, small_files):
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


async def test_a_file_that_is_gone_is_missing_until_it_is_sent_again(
    settings, running, peer, group, left
):
    """Somebody removed it from the disk."""
    peer.faults.flood_wait("upload.saveFilePart", 300, times=None)
    async with running(create_app(settings)) as http:
        await put(http, [PHOTO], wait_s=0)
    [name] = left()
    (settings.data_dir / ".notifier-sent" / name).unlink()
    peer.faults.clear()
    async with running(create_app(settings)) as http:
        lacking = await http.post("/notifier/notices/r1/retry?wait=20")
        whole = await put(http, [PHOTO])

    assert [one["code"] for one in lacking.json()["missing"]] == ["file_gone"]
    assert whole.json()["missing"] == []
    assert shown(group) == [jpeg(1)]


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
