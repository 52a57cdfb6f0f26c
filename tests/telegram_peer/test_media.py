"""Photos, albums and files, down and up."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pyrogram.errors import ImageProcessFailed, MediaCaptionTooLong
from pyrogram.file_id import FileId
from pyrogram.raw.functions.messages import UploadMedia
from pyrogram.raw.types import DocumentAttributeFilename, InputMediaUploadedDocument
from pyrogram.types import InputMediaPhoto

from tests.peers.telegram import Generated, TelegramPeer
from tests.telegram_peer.conftest import Inbox, jpeg, named


async def test_album_of_ten_arrives_as_ten_messages_of_one_group(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    jean = telegram.add_user("Jean", "Keller")
    photos = [jpeg(shade) for shade in range(10)]

    await jean.send_album(photos, "Müller", on=4)
    received = await inbox.take(10)

    assert len({message.media_group_id for message in received}) == 1
    assert [message.caption for message in received] == [None] * 4 + ["Müller"] + [
        None
    ] * 5
    assert [m.photo.width for m in received] == [1600] * 10
    downloads = [await bot.download_media(m, in_memory=True) for m in received]
    assert [d.getvalue() for d in downloads] == photos
    siblings = await bot.get_media_group(received[0].chat.id, received[3].id)
    assert [m.id for m in siblings] == [m.id for m in received]


async def test_thumb_is_a_smaller_picture(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    await telegram.add_user("Jean").send_photo(jpeg())
    received = await inbox.take(1)

    thumb = await bot.download_media(
        received[0].photo.thumbs[0].file_id, in_memory=True
    )

    with Image.open(BytesIO(thumb.getvalue())) as image:
        assert image.size == (320, 240)


@pytest.mark.parametrize("name", ["", "a", "abc", "abcd"])
async def test_document_with_a_short_name_is_taken(
    telegram: TelegramPeer, bot: Any, name: str
) -> None:
    """A request that ends in a list of 8 bytes an entry was read as one of numbers."""
    group = telegram.add_group(-5000000001, "Chantiers")

    taken = await bot.invoke(
        UploadMedia(
            peer=await bot.resolve_peer(group.id),
            media=InputMediaUploadedDocument(
                file=await bot.save_file(named(b"content", "x")),
                mime_type="text/plain",
                attributes=[DocumentAttributeFilename(file_name=name)],
            ),
        )
    )

    assert telegram.world.files[taken.document.id].name == name


async def test_document_of_30_megabytes_comes_byte_exact(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    film = Generated(30 * 1024 * 1024 + 12345, seed=7)
    await telegram.add_user("Jean").send_document(film, "chantier.mp4", "video/mp4")
    received = await inbox.take(1)

    digest = sha256()
    async for chunk in bot.stream_media(received[0]):
        digest.update(chunk)

    document = received[0].document
    assert (document.file_name, document.file_size) == ("chantier.mp4", film.size)
    assert digest.hexdigest() == film.sha256()


async def test_every_kind_of_message_is_understood(
    telegram: TelegramPeer, inbox: Inbox
) -> None:
    jean = telegram.add_user("Jean")

    await jean.send_video(b"film")
    await jean.send_voice()
    await jean.send_sticker()
    await jean.send_location(48.57, 7.75)
    received = await inbox.take(4)

    video, voice, sticker, place = received
    assert video.video.file_size == 4
    assert voice.voice.duration == 3
    assert sticker.sticker.emoji == "👍"
    assert (place.location.latitude, place.location.longitude) == (48.57, 7.75)


async def test_bot_sends_photo_and_album_to_a_basic_group(
    telegram: TelegramPeer, bot: Any
) -> None:
    group = telegram.add_group(-5000000001, "Chantiers")
    photos = [jpeg(shade) for shade in range(3)]

    await bot.send_photo(group.id, named(photos[0]), caption="<b>Une</b>")
    await bot.send_media_group(group.id, [InputMediaPhoto(named(p)) for p in photos])

    single, *album = group.messages
    assert single.text == "Une"
    assert [m.media.read() for m in (single, *album) if m.media] == [photos[0], *photos]
    assert len({m.grouped_id for m in album}) == 1


async def test_photo_received_is_sent_on_by_its_file_id(
    telegram: TelegramPeer, bot: Any, inbox: Inbox
) -> None:
    group = telegram.add_group(-5000000003, "SAV")
    photo = jpeg(1)
    await telegram.add_user("Jean").send_photo(photo)
    received = await inbox.take(1)

    await bot.send_photo(group.id, received[0].photo.file_id)

    assert [m.media.read() for m in group.messages if m.media] == [photo]
    assert FileId.decode(received[0].photo.file_id).dc_id == 2


async def test_large_upload_arrives_whole(
    telegram: TelegramPeer, bot: Any, tmp_path: Path
) -> None:
    group = telegram.add_group(-5000000001, "Chantiers")
    film = Generated(11 * 1024 * 1024 + 1)
    (tmp_path / "film.bin").write_bytes(film.read(0, film.size))

    await bot.send_document(group.id, str(tmp_path / "film.bin"))

    [message] = group.messages
    assert message.media is not None
    assert message.media.name == "film.bin"
    assert sha256(message.media.read()).hexdigest() == film.sha256()


async def test_what_is_no_picture_is_no_photo(telegram: TelegramPeer, bot: Any) -> None:
    group = telegram.add_group(-5000000001, "Chantiers")

    with pytest.raises(ImageProcessFailed):
        await bot.send_photo(group.id, named(b"no picture"))


async def test_caption_is_at_most_1024_characters(
    telegram: TelegramPeer, bot: Any
) -> None:
    group = telegram.add_group(-5000000001, "Chantiers")

    with pytest.raises(MediaCaptionTooLong):
        await bot.send_photo(group.id, named(jpeg()), caption="x" * 1025)
