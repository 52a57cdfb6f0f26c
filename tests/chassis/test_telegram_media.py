"""Photos and files that the bot sends, against a Telegram that speaks MTProto and does not always behave."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image

from chassis.patience import Patience
from chassis.tasks import stop
from chassis.telegram.failures import (
    ExpiredReference,
    LostParts,
    NotAPhoto,
    Truncated,
)
from chassis.telegram.media import Family, Item, family, file_number
from chassis.telegram.messages import MediaKind
from chassis.telegram.sending import Text
from chassis.telegram.uploads import PART_BYTES, Upload
from contracts.errors import RateLimited, Rejected, ServiceError
from tests.chassis.telegram_sessions import session
from tests.peers.telegram import Generated, TelegramPeer


@pytest.fixture
async def peer():
    async with TelegramPeer() as peer:
        yield peer


@pytest.fixture
def group(peer):
    return peer.add_group(-5000000001, "Chantier")


@pytest.fixture
async def telegram(peer, tmp_path):
    async with session(peer, tmp_path) as telegram:
        yield telegram


def jpeg(shade: int = 0) -> bytes:
    picture = BytesIO()
    Image.new("RGB", (64, 48), (shade, 80, 160)).save(picture, "JPEG")
    return picture.getvalue()


async def pieces(content: bytes, length: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), length):
        yield content[start : start + length]


def file(
    content: bytes, name: str = "photo.jpg", kind: MediaKind = MediaKind.PHOTO
) -> Upload:
    return Upload(kind, name, len(content), pieces(content))


async def uploaded(telegram, group, count: int) -> list[Item]:
    """*count* photos that Telegram has and nobody has seen."""
    return [
        Item(await telegram.upload_media(group.id, file(jpeg(n))), key=f"n:{n}")
        for n in range(count)
    ]


def shades(group) -> list[bytes]:
    return [message.media.read() for message in group.messages]


async def test_a_photo_is_brought_up_and_sent_with_its_caption(telegram, group):
    [item] = await uploaded(telegram, group, 1)
    assert group.messages == []

    ids = await telegram.send_media(group.id, [replace(item, caption=Text("Müller"))])

    [seen] = group.messages
    assert ids == (seen.id,)
    assert (seen.text, seen.media.read()) == ("Müller", jpeg(0))
    assert seen.media.photo is not None


@pytest.mark.parametrize("turns", range(100, 340, 20))
async def test_an_upload_stopped_while_its_connection_opens_stops_no_other(
    telegram, peer, group, turns
):
    """*turns* of the loop after the first question; kurigram was left half connected by most of them."""
    before = len(peer.calls)
    stopped = asyncio.create_task(uploaded(telegram, group, 1))
    while len(peer.calls) == before:
        await asyncio.sleep(0)
    for _ in range(turns):
        await asyncio.sleep(0)
    await stop([stopped])

    async with asyncio.timeout(5):
        [item] = await uploaded(telegram, group, 1)

    assert item.file_id


@pytest.mark.parametrize("turns", range(0, 320, 20))
async def test_who_uploads_while_the_line_is_lost_hears_of_it(
    telegram, peer, group, turns
):
    """*turns* of the loop after its first question. He was told that he is cancelled, and nobody tried again."""
    peer.faults.error("messages.sendMessage", 401, "SESSION_REVOKED")
    before = len(peer.calls)
    uploading = asyncio.create_task(uploaded(telegram, group, 1))
    while len(peer.calls) == before:
        await asyncio.sleep(0)
    for _ in range(turns):
        await asyncio.sleep(0)
    with pytest.raises(ServiceError):
        await telegram.send_text(group.id, "perdu", key="lost")

    async with asyncio.timeout(10):
        await asyncio.wait({uploading})

    assert not uploading.cancelled()
    assert isinstance(uploading.exception(), ServiceError | None)
    async with asyncio.timeout(10):
        [item] = await Patience(0.1).until_done(lambda: uploaded(telegram, group, 1))
    assert item.file_id


async def test_an_album_is_one_and_its_ids_are_in_order(telegram, group):
    items = await uploaded(telegram, group, 3)

    ids = await telegram.send_media(group.id, items)

    assert list(ids) == [message.id for message in group.messages]
    assert len({message.grouped_id for message in group.messages}) == 1
    assert shades(group) == [jpeg(0), jpeg(1), jpeg(2)]


async def test_an_album_sent_again_is_the_same_album(telegram, group):
    items = await uploaded(telegram, group, 3)

    first = await telegram.send_media(group.id, items)
    again = await telegram.send_media(group.id, items)

    assert (again, len(group.messages)) == (first, 3)


async def test_of_a_partly_known_album_only_the_unknown_is_new(telegram, group):
    items = await uploaded(telegram, group, 3)
    [known] = await telegram.send_media(group.id, items[1:2])

    ids = await telegram.send_media(group.id, items)

    assert ids[1] == known
    assert sorted(shades(group)) == sorted([jpeg(0), jpeg(1), jpeg(2)])


@pytest.mark.parametrize("code", [400, 500])
async def test_an_album_refused_half_way_is_completed_one_by_one(
    telegram, peer, group, code
):
    """Telegram shows the first photo, meets one it knows, and refuses the album as a whole."""
    peer.faults.random_id_duplicate(code)
    items = await uploaded(telegram, group, 3)
    await telegram.send_media(group.id, items[1:2])

    ids = await telegram.send_media(group.id, items)

    assert sorted(shades(group)) == sorted([jpeg(0), jpeg(1), jpeg(2)])
    assert ids[:2] == (None, None)
    assert ids[2] == group.messages[-1].id


async def test_an_answer_lost_on_the_way_back_doubles_no_album(telegram, peer, group):
    items = await uploaded(telegram, group, 2)
    peer.faults.cut_after("messages.sendMultiMedia", times=2)

    ids = await telegram.send_media(group.id, items)

    assert list(ids) == [message.id for message in group.messages]


async def test_a_large_video_arrives_whole(telegram, group):
    source = Generated(11 * 1024 * 1024 + 5, seed=3)
    content = source.read(0, source.size)
    video = Upload(
        MediaKind.VIDEO, "tour.mp4", source.size, pieces(content, length=300_000)
    )

    file_id = await telegram.upload_media(group.id, video)
    await telegram.send_media(group.id, [Item(file_id, key="v")])

    [seen] = group.messages
    assert sha256(seen.media.read()).hexdigest() == source.sha256()
    assert (seen.media.name, seen.media.mime) == ("tour.mp4", "video/mp4")
    assert family(file_id) is Family.SIGHTS


async def test_no_more_is_read_than_telegram_has_taken(telegram, peer, group):
    """Memory stays bounded: the next piece is asked for when the last part has been taken."""
    size_bytes, piece_bytes = 6 * 1024 * 1024, 64 * 1024
    ahead: list[int] = []

    async def watched() -> AsyncIterator[bytes]:
        for start in range(0, size_bytes, piece_bytes):
            taken = sum(call.method == "upload.SaveFilePart" for call in peer.calls)
            ahead.append(start - taken * PART_BYTES)
            yield bytes(piece_bytes)

    await telegram.upload_media(
        group.id, Upload(MediaKind.DOCUMENT, "plan.pdf", size_bytes, watched())
    )

    assert max(ahead) < PART_BYTES


async def test_cut_connections_and_short_waits_cost_no_part(telegram, peer, group):
    content = Generated(3 * 1024 * 1024).read(0, 3 * 1024 * 1024)
    peer.faults.cut_before("upload.saveFilePart", times=1)
    peer.faults.cut_after("upload.saveFilePart", times=1)
    peer.faults.flood_wait("upload.saveFilePart", 1)
    peer.faults.internal_error("messages.uploadMedia")

    file_id = await telegram.upload_media(
        group.id, file(content, "plan.pdf", MediaKind.DOCUMENT)
    )
    await telegram.send_media(group.id, [Item(file_id, key="d")])

    [seen] = group.messages
    assert seen.media.read() == content
    assert family(file_id) is Family.DOCUMENTS


async def test_a_long_flood_wait_is_told(telegram, peer, group):
    peer.faults.flood_wait("upload.saveFilePart", 3600)

    with pytest.raises(RateLimited) as refusal:
        await telegram.upload_media(group.id, file(jpeg()))

    assert refusal.value.retry_after_s == 3600


async def test_parts_that_telegram_forgot_are_worth_another_try(telegram, peer, group):
    peer.faults.error("messages.uploadMedia", 400, "FILE_PART_0_MISSING")

    with pytest.raises(LostParts) as refusal:
        await telegram.upload_media(group.id, file(jpeg()))

    assert refusal.value.retryable


@pytest.mark.parametrize("off_by", [-1, 1, PART_BYTES])
async def test_a_file_of_another_size_than_announced_is_not_sent(
    telegram, group, off_by
):
    content = bytes(2 * PART_BYTES)
    wrong = Upload(
        MediaKind.DOCUMENT, "plan.pdf", len(content) + off_by, pieces(content, 70_000)
    )

    with pytest.raises(Truncated) as refusal:
        await telegram.upload_media(group.id, wrong)

    assert refusal.value.retryable


@pytest.mark.parametrize("size_bytes", [0, 4000 * PART_BYTES + 1])
async def test_nothing_and_too_much_are_refused_before_they_are_read(
    telegram, group, size_bytes
):
    wrong = Upload(MediaKind.DOCUMENT, "plan.pdf", size_bytes, pieces(b""))

    with pytest.raises(Rejected) as refusal:
        await telegram.upload_media(group.id, wrong)

    assert refusal.value.code == "file_size"


async def test_what_is_no_picture_is_told_apart(telegram, group):
    with pytest.raises(NotAPhoto):
        await telegram.upload_media(group.id, file(b"no picture at all"))


async def test_a_photo_too_large_for_one_is_told_apart_unread(telegram, group):
    large = Upload(MediaKind.PHOTO, "roof.jpg", 11 * 1024 * 1024, pieces(b""))

    with pytest.raises(NotAPhoto):
        await telegram.upload_media(group.id, large)


async def test_an_expired_reference_is_told_apart(telegram, peer, group):
    items = await uploaded(telegram, group, 2)
    peer.faults.expire_file_references()

    with pytest.raises(ExpiredReference):
        await telegram.send_media(group.id, items)
    with pytest.raises(ExpiredReference):
        await telegram.send_media(group.id, items[:1])

    assert group.messages == []


async def test_a_file_has_one_number_in_all_its_file_ids(telegram, peer):
    jean = peer.add_user("Jean")
    sent = await jean.send_photo(jpeg())
    stale = (await telegram.message(jean.id, sent.id)).media
    peer.faults.expire_file_references()
    fresh = (await telegram.message(jean.id, sent.id)).media

    assert stale.file_id != fresh.file_id
    assert file_number(stale.file_id) == file_number(fresh.file_id) == sent.media.id


def test_what_is_no_file_id_is_refused():
    with pytest.raises(Rejected):
        file_number("AgAC-nothing")
