"""Notices with photos and files: what the group then sees, once."""

import pytest

from chassis.telegram import TelegramSession
from tests.notifier.shown import FOLDER, albums, jpeg, photos, put, shown, texts


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
    assert not [call for call in peer.calls if call.method.startswith("upload.Save")]


async def test_an_expired_file_id_is_missing_and_what_to_do_is_said(
    notifier, file_id, peer, group
):
    peer.faults.expire_file_references()

    notice = await put(notifier, [{"file_id": file_id}])

    assert notice["status"] == "delivered"
    assert "storage path" in notice["missing"][0]["detail"]
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
