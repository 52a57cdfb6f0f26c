"""Downloads and albums: every byte announced, whatever Telegram does meanwhile."""

import asyncio
import gc
import hashlib
from contextlib import asynccontextmanager

import pytest
from pyrogram.session import Session

from chassis.tasks import stop
from chassis.telegram import IncomingMessage, TelegramSession
from chassis.telegram.failures import ExpiredReference, Truncated
from contracts.errors import Rejected
from tests.chassis.telegram_files import jpeg
from tests.chassis.telegram_sessions import Inbox, moments, session
from tests.peers.telegram import Generated


async def test_a_download_has_the_bytes_announced(peer, jean, tmp_path):
    source = Generated(2_500_000, seed=1)
    async with receiving(peer, tmp_path) as (telegram, inbox):
        await jean.send_document(source, "video.mp4")

        media = await received_media(inbox)
        digest = await sha256_of(telegram, media.file_id, size_bytes=media.size_bytes)

    assert digest == source.sha256()


async def test_a_download_starts_where_it_is_asked_to(peer, jean, tmp_path):
    source = Generated(2_500_000, seed=1)
    async with receiving(peer, tmp_path) as (telegram, inbox):
        await jean.send_document(source, "video.mp4")
        media = await received_media(inbox)

        pieces = [
            piece
            async for piece in telegram.stream(
                media.file_id, size_bytes=media.size_bytes, offset=1_500_001
            )
        ]

    assert b"".join(pieces) == source.read(1_500_001, 999_999)


async def test_a_short_download_is_an_error_and_not_a_success(peer, jean, tmp_path):
    async with receiving(peer, tmp_path) as (telegram, inbox):
        await jean.send_document(Generated(2_500_000), "video.mp4")
        media = await received_media(inbox)
        peer.faults.truncate_downloads(at_byte=2_000_000, times=None)

        with pytest.raises(Truncated) as refusal:
            await sha256_of(telegram, media.file_id, size_bytes=media.size_bytes)

    assert refusal.value.retryable


async def test_a_piece_that_came_short_once_is_asked_for_again(peer, jean, tmp_path):
    source = Generated(2_500_000)
    async with receiving(peer, tmp_path) as (telegram, inbox):
        await jean.send_document(source, "video.mp4")
        media = await received_media(inbox)
        peer.faults.truncate_downloads(at_byte=1_300_000, times=1)

        digest = await sha256_of(telegram, media.file_id, size_bytes=media.size_bytes)

    assert digest == source.sha256()


async def test_a_download_goes_on_after_a_cut(peer, jean, tmp_path):
    source = Generated(3_000_000)
    async with receiving(peer, tmp_path) as (telegram, inbox):
        await jean.send_document(source, "video.mp4")
        media = await received_media(inbox)
        peer.faults.cut_before("upload.getFile")

        digest = await sha256_of(telegram, media.file_id, size_bytes=media.size_bytes)

    assert digest == source.sha256()


@pytest.fixture(scope="module")
def settled():
    """What hundreds of tests left is not looked through at each look for a session."""
    gc.collect()
    gc.freeze()


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("turns", moments(0, 120, 6))
async def test_a_download_that_is_left_keeps_nothing_and_stops_no_other(
    peer, jean, tmp_path, turns
):
    """*turns* of the loop after its question; kurigram kept each answer that nobody waited for, 1 MiB a piece."""
    before = answers_kept()
    async with receiving(peer, tmp_path) as (telegram, inbox):
        await jean.send_document(bytes(600_000), "a.bin", "application/octet-stream")
        media = await received_media(inbox)
        await sha256_of(telegram, media.file_id, size_bytes=600_000)
        asked = len(peer.calls)
        left = asyncio.create_task(
            sha256_of(telegram, media.file_id, size_bytes=600_000)
        )
        while len(peer.calls) == asked:
            await asyncio.sleep(0)
        for _ in range(turns):
            await asyncio.sleep(0)
        await stop([left])

        async with asyncio.timeout(5):
            await sha256_of(telegram, media.file_id, size_bytes=600_000)
            while answers_kept() > before:
                await asyncio.sleep(0.01)


async def test_an_expired_reference_is_fetched_from_its_message(peer, jean, tmp_path):
    source = Generated(10_000)
    async with receiving(peer, tmp_path) as (telegram, inbox):
        sent = await jean.send_document(source, "plan.pdf")
        media = await received_media(inbox)
        peer.faults.expire_file_references()

        with pytest.raises(ExpiredReference):
            await sha256_of(telegram, media.file_id, size_bytes=10_000)
        digest = await sha256_of(
            telegram, media.file_id, size_bytes=10_000, origin=(jean.id, sent.id)
        )

    assert digest == source.sha256()


async def test_what_is_no_file_id_is_refused(peer, tmp_path):
    async with session(peer, tmp_path) as telegram:
        with pytest.raises(Rejected):
            await sha256_of(telegram, "../../etc/passwd", size_bytes=1)


async def test_the_siblings_of_a_photo_are_found(peer, jean, tmp_path):
    async with receiving(peer, tmp_path) as (telegram, inbox):
        sent = await jean.send_album(
            [jpeg(n) for n in range(4)], caption="Müller", on=2
        )
        await jean.send("and a text")
        arrivals = await inbox.holds(5)
        first = arrivals[0]
        assert isinstance(first, IncomingMessage)
        assert first.media_group_id is not None

        album = await telegram.album(jean.id, first.message_id, first.media_group_id)

    assert [m.message_id for m in album] == [m.id for m in sent]
    assert [m.text for m in album] == ["", "", "Müller", ""]


@asynccontextmanager
async def receiving(peer, data_dir):
    inbox = Inbox()
    async with session(peer, data_dir, inbox) as telegram:
        yield telegram, inbox


async def received_media(inbox: Inbox):
    [arrived] = await inbox.holds(1)
    assert isinstance(arrived, IncomingMessage)
    assert arrived.media is not None
    return arrived.media


async def sha256_of(telegram: TelegramSession, file_id: str, **how) -> str:
    digest = hashlib.sha256()
    async for piece in telegram.stream(file_id, **how):
        digest.update(piece)
    return digest.hexdigest()


def answers_kept() -> int:
    """How many answers kurigram's connections keep for somebody."""
    gc.collect()
    sessions = (one for one in gc.get_objects() if isinstance(one, Session))
    return sum(len(session.results) for session in sessions)
