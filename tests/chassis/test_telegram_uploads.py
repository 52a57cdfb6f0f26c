"""Files on their way up to Telegram: in parts, from a stream, through trouble."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest

from chassis.patience import Patience
from chassis.tasks import stop
from chassis.telegram.failures import (
    LostParts,
    NotAPhoto,
    Truncated,
)
from chassis.telegram.media import Family, Item, family
from chassis.telegram.messages import MediaKind
from chassis.telegram.uploads import PART_BYTES, Upload
from contracts.errors import RateLimited, Rejected, ServiceError
from tests.chassis.telegram_files import file, jpeg, pieces, uploaded
from tests.chassis.telegram_sessions import moments
from tests.peers.telegram import Generated


@pytest.mark.parametrize("turns", moments(100, 340, 20))
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


@pytest.mark.parametrize("turns", moments(0, 320, 20))
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
