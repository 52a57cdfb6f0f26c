"""Notices with photos and files: what the group then sees, once."""

from io import BytesIO

import pytest
from PIL import Image

from chassis.telegram import TelegramSession
from notifier.app import create_app
from tests.peers.telegram import Generated

FOLDER = "SAV_Urgent/2026-03-25_Müller"


@pytest.fixture
async def notifier(settings, storage, running):
    async with running(create_app(settings)) as http:
        yield http


def jpeg(shade: int = 0) -> bytes:
    picture = BytesIO()
    Image.new("RGB", (64, 48), (shade, 80, 160)).save(picture, "JPEG")
    return picture.getvalue()


def photos(storage, count: int, first: int = 1) -> list[dict[str, str]]:
    """File photos in storage; how a notice names them."""
    paths = [f"{FOLDER}/photo_{n:02}.jpg" for n in range(first, first + count)]
    for number, path in enumerate(paths, first):
        storage.write(path, jpeg(number))
    return [{"path": path} for path in paths]


async def put(http, media, text: str = "🚨 Alerte SAV", notice_id: str = "r1"):
    answer = await http.put(
        f"/notifier/notices/{notice_id}?wait=20",
        json={"group": "chantier", "text": text, "media": media},
    )
    return answer.json()


def shown(group) -> list[bytes]:
    return [m.media.read() for m in group.messages if m.media is not None]


def texts(group) -> list[str]:
    return [message.text for message in group.messages]


def albums(group) -> list[int]:
    """How many stand together, album by album."""
    kin = [message.grouped_id for message in group.messages]
    return [kin.count(one) for one in dict.fromkeys(kin)]


@pytest.fixture
async def file_id(settings, peer, tmp_path) -> str:
    """A photo's, as the bot knows it that has received it."""
    jean = peer.add_user("Jean")
    sent = await jean.send_photo(jpeg(200))
    session = TelegramSession(settings.account, tmp_path / "gateway")
    await session.open()
    try:
        media = (await session.message(jean.id, sent.id)).media
        assert media is not None
        return media.file_id
    finally:
        await session.close()


async def test_one_photo_bears_the_text(notifier, storage, group):
    notice = await put(notifier, photos(storage, 1))

    [message] = group.messages
    assert (message.text, message.media.read()) == ("🚨 Alerte SAV", jpeg(1))
    assert (notice["status"], notice["message_ids"]) == ("delivered", [message.id])


async def test_an_html_text_is_a_caption_with_its_markup(notifier, storage, group):
    await notifier.put(
        "/notifier/notices/r1?wait=20",
        json={
            "group": "chantier",
            "text": "<b>Müller</b>",
            "format": "html",
            "media": photos(storage, 1),
        },
    )

    assert [message.html for message in group.messages] == ["<b>Müller</b>"]


async def test_many_photos_are_albums_of_ten(notifier, storage, group):
    notice = await put(notifier, photos(storage, 13))

    assert albums(group) == [10, 3]
    assert shown(group) == [jpeg(n) for n in range(1, 14)]
    assert texts(group) == ["🚨 Alerte SAV", *[""] * 12]
    assert notice["message_ids"] == [message.id for message in group.messages]


async def test_photos_and_videos_mix_and_documents_stand_apart(
    notifier, storage, group
):
    storage.write(f"{FOLDER}/video_02.mp4", b"moving pictures")
    storage.write(f"{FOLDER}/rapport.pdf", b"%PDF-1")
    storage.write(f"{FOLDER}/notice.pdf", b"%PDF-2")
    media = [
        *photos(storage, 1),
        {"path": f"{FOLDER}/rapport.pdf"},
        {"path": f"{FOLDER}/video_02.mp4"},
        {"path": f"{FOLDER}/notice.pdf", "name": "Notice Müller.pdf"},
    ]

    await put(notifier, media)

    assert albums(group) == [2, 2]
    assert shown(group) == [jpeg(1), b"moving pictures", b"%PDF-1", b"%PDF-2"]
    assert group.messages[3].media.name == "Notice Müller.pdf"


async def test_a_text_too_long_for_a_caption_comes_before_its_photos(
    notifier, storage, group
):
    notice = await put(notifier, photos(storage, 2), text="x" * 1025)

    assert texts(group) == ["x" * 1025, "", ""]
    assert notice["message_ids"] == [message.id for message in group.messages]


async def test_a_picture_that_is_none_is_shown_as_a_document(notifier, storage, group):
    storage.write(f"{FOLDER}/photo_01.jpg", b"no picture at all")

    notice = await put(notifier, [{"path": f"{FOLDER}/photo_01.jpg"}])

    [message] = group.messages
    assert notice["status"] == "delivered"
    assert (message.media.name, message.media.photo) == ("photo_01.jpg", None)


async def test_a_caller_may_say_what_a_file_is(notifier, storage, group):
    [photo] = photos(storage, 1)

    await put(notifier, [{**photo, "kind": "document", "name": "original.jpg"}])

    assert group.messages[0].media.photo is None
    assert group.messages[0].media.name == "original.jpg"


async def test_a_file_id_is_shown_without_any_file_moving(
    notifier, file_id, peer, group
):

    notice = await put(notifier, [{"file_id": file_id}])

    assert notice["status"] == "delivered"
    assert shown(group) == [jpeg(200)]
    assert not [call for call in peer.calls if call.method.startswith("upload.save")]


async def test_an_expired_file_id_fails_with_what_to_do(notifier, file_id, peer, group):
    peer.faults.expire_file_references()

    notice = await put(notifier, [{"file_id": file_id}])

    assert notice["status"] == "failed"
    assert "storage path" in notice["last_error"]
    assert texts(group) == ["🚨 Alerte SAV"]


async def test_an_expired_file_id_is_replaced_by_its_file(
    notifier, file_id, storage, peer, group
):
    peer.faults.expire_file_references()
    [photo] = photos(storage, 1)

    notice = await put(notifier, [{"file_id": file_id, **photo}])

    assert notice["status"] == "delivered"
    assert shown(group) == [jpeg(1)]
    assert texts(group) == ["🚨 Alerte SAV"]


async def test_what_is_no_file_id_is_refused_at_once(notifier, group):
    answer = await notifier.put(
        "/notifier/notices/r1",
        json={"group": "chantier", "text": "x", "media": [{"file_id": "AgAC"}]},
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "media.0.file_id"
    assert (await notifier.get("/notifier/notices/r1")).status_code == 404


async def test_the_same_again_changes_nothing(notifier, storage, group):
    media = photos(storage, 3)
    first = await put(notifier, media)
    again = await put(notifier, [*media, media[0]])

    assert again == first
    assert len(group.messages) == 3


async def test_another_text_edits_the_caption(notifier, storage, group):
    media = photos(storage, 2)
    await put(notifier, media)
    notice = await put(notifier, media, text="🚨 Alerte SAV, 2 photos")

    assert texts(group) == ["🚨 Alerte SAV, 2 photos", ""]
    assert (notice["status"], notice["revision"]) == ("delivered", 2)


async def test_late_photos_come_as_a_further_album(notifier, storage, group):
    early = photos(storage, 2)
    await put(notifier, early)
    late = photos(storage, 2, first=3)
    notice = await put(notifier, [late[0], *early, late[1]], text="4 photos")

    assert albums(group) == [2, 2]
    assert shown(group) == [jpeg(n) for n in range(1, 5)]
    assert texts(group) == ["4 photos", "", "", ""]
    assert notice["message_ids"] == [message.id for message in group.messages]


async def test_photos_of_a_text_that_stands_alone_follow_it(notifier, storage, group):
    await put(notifier, [])
    notice = await put(notifier, photos(storage, 1))

    assert texts(group) == ["🚨 Alerte SAV", ""]
    assert notice["status"] == "delivered"


async def test_what_is_no_longer_asked_for_stays(notifier, storage, group):
    media = photos(storage, 2)
    await put(notifier, media)
    await put(notifier, media[:1])
    await put(notifier, media)

    assert len(group.messages) == 2


async def test_a_caption_that_is_outgrown_becomes_a_message(notifier, storage, group):
    media = photos(storage, 2)
    await put(notifier, media)
    await put(notifier, media, text="y" * 1500)
    notice = await put(notifier, media, text="z" * 1500)

    assert texts(group) == ["", "", "z" * 1500]
    assert notice["message_ids"][0] == group.messages[2].id
    assert sorted(notice["message_ids"]) == [message.id for message in group.messages]


async def test_a_file_that_is_not_there_holds_nothing_else_back(
    notifier, storage, group
):
    media = [{"path": f"{FOLDER}/gone.jpg"}, *photos(storage, 2)]

    notice = await put(notifier, media)

    assert notice["status"] == "failed"
    assert "gone.jpg" in notice["last_error"]
    assert texts(group) == ["🚨 Alerte SAV", ""]


async def test_a_file_that_is_there_later_is_shown_by_a_retry(notifier, storage, group):
    media = [{"path": f"{FOLDER}/photo_09.jpg"}]
    await put(notifier, media)
    photos(storage, 1, first=9)

    answer = await notifier.post("/notifier/notices/r1/retry?wait=20")

    assert answer.json()["status"] == "delivered"
    assert texts(group) == ["🚨 Alerte SAV", ""]
    assert shown(group) == [jpeg(9)]


async def test_a_file_that_is_not_asked_for_any_more_fails_nothing(
    notifier, storage, group
):
    await put(notifier, [{"path": f"{FOLDER}/gone.jpg"}])

    notice = await put(notifier, [])

    assert notice["status"] == "delivered"


async def test_while_storage_is_away_the_text_does_not_wait(notifier, storage, group):
    media = photos(storage, 3)
    outage = storage.faults.fail(503, method="GET", times=None)
    await notifier.put(
        "/notifier/notices/r1",
        json={"group": "chantier", "text": "🚨 Alerte SAV", "media": media},
    )
    await group.sees("Alerte SAV")
    assert shown(group) == []

    storage.faults.remove(outage)
    notice = (await notifier.post("/notifier/notices/r1/retry?wait=20")).json()

    assert notice["status"] == "delivered"
    assert shown(group) == [jpeg(1), jpeg(2), jpeg(3)]
    assert texts(group) == ["🚨 Alerte SAV", "", "", ""]


async def test_a_file_cut_short_on_its_way_is_read_again(notifier, storage, group):
    content = Generated(2_000_000).read(0, 2_000_000)
    storage.write(f"{FOLDER}/plan.pdf", content)
    cut = storage.faults.cut("download", path="plan.pdf")

    notice = await put(notifier, [{"path": f"{FOLDER}/plan.pdf"}])

    assert (notice["status"], cut.hits) == ("delivered", 1)
    assert shown(group) == [content]


async def test_answers_lost_on_the_way_double_nothing(notifier, storage, peer, group):
    peer.faults.cut_after("messages.sendMultiMedia", times=2)
    peer.faults.cut_after("messages.uploadMedia", times=1)

    notice = await put(notifier, photos(storage, 3))

    assert notice["status"] == "delivered"
    assert shown(group) == [jpeg(1), jpeg(2), jpeg(3)]


@pytest.mark.parametrize(
    "method", ["upload.saveFilePart", "messages.uploadMedia", "messages.sendMultiMedia"]
)
async def test_a_flood_wait_is_obeyed_and_costs_nothing(
    notifier, storage, peer, group, method
):
    peer.faults.flood_wait(method, 1)

    notice = await put(notifier, photos(storage, 2))

    assert notice["status"] == "delivered"
    assert (shown(group), texts(group)) == ([jpeg(1), jpeg(2)], ["🚨 Alerte SAV", ""])


async def test_a_long_flood_wait_for_files_lets_the_text_pass(
    notifier, storage, peer, group
):
    peer.faults.flood_wait("upload.saveFilePart", 3600, times=2)
    answer = await notifier.put(
        "/notifier/notices/r1?wait=2",
        json={"group": "chantier", "text": "🚨", "media": photos(storage, 2)},
    )
    assert answer.json()["status"] == "queued"
    assert "3600 s" in answer.json()["last_error"]
    assert texts(group) == ["🚨"]

    answer = await notifier.post("/notifier/notices/r1/retry?wait=20")

    assert answer.json()["status"] == "delivered"
    assert texts(group) == ["🚨", "", ""]


async def test_an_album_refused_as_a_whole_is_shown_one_by_one(
    notifier, storage, peer, group
):
    peer.faults.error("messages.sendMultiMedia", 400, "MEDIA_INVALID")

    notice = await put(notifier, photos(storage, 3))

    assert notice["status"] == "delivered"
    assert texts(group) == ["🚨 Alerte SAV", "", ""]
    assert shown(group) == [jpeg(1), jpeg(2), jpeg(3)]


async def test_an_idempotency_key_counts_the_media(notifier, storage, group):
    key = {"Idempotency-Key": "n8n-42"}
    body = {"group": "chantier", "text": "x", "media": photos(storage, 1)}
    first = await notifier.post("/notifier/notices?wait=20", json=body, headers=key)
    again = await notifier.post("/notifier/notices?wait=20", json=body, headers=key)
    other = await notifier.post(
        "/notifier/notices",
        json={**body, "media": photos(storage, 2)},
        headers=key,
    )

    assert first.json() == again.json()
    assert other.json()["code"] == "idempotency_key_reused"
    assert len(group.messages) == 1
