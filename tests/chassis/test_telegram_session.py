"""What the bot does, against a Telegram that speaks MTProto and does not always behave."""

import asyncio
import hashlib
import time
from contextlib import asynccontextmanager
from io import BytesIO

import pytest
from PIL import Image

from chassis.telegram import Button, IncomingMessage, TelegramSession
from chassis.telegram.failures import ExpiredReference, Truncated
from chassis.telegram.members import STRANGER_REMEMBERED_S
from chassis.telegram.sending import random_id
from contracts.errors import Forbidden, NotFound, RateLimited, Rejected, Unavailable
from tests.chassis.telegram_sessions import Inbox, account, session
from tests.peers.telegram import Generated, TelegramPeer


@pytest.fixture
async def peer():
    async with TelegramPeer() as peer:
        yield peer


@pytest.fixture
def jean(peer):
    return peer.add_user("Jean", "Keller")


@pytest.fixture
def group(peer, jean):
    return peer.add_group(-5000000001, "Chantier", [jean])


async def test_a_message_is_sent_with_its_buttons(peer, jean, tmp_path):
    await jean.send("/start")
    async with session(peer, tmp_path) as telegram:
        message_id = await telegram.send_text(
            jean.id,
            "Que veux-tu faire ?",
            key="menu-1",
            buttons=((Button("Fin", "fin"),),),
        )

    _, seen = jean.chat
    assert (seen.id, seen.text) == (message_id, "Que veux-tu faire ?")
    assert seen.buttons[0][0].text == "Fin"


async def test_html_becomes_entities(peer, group, tmp_path):
    async with session(peer, tmp_path) as telegram:
        await telegram.send_text(
            group.id, "<b>Müller &amp; Fils</b>", key="n", is_html=True
        )

    [seen] = group.messages
    assert seen.text == "Müller & Fils"
    assert [entity.QUALNAME for entity in seen.entities] == ["types.MessageEntityBold"]


async def test_the_same_key_is_the_same_message(peer, group, tmp_path):
    async with session(peer, tmp_path) as telegram:
        first = await telegram.send_text(group.id, "une fois", key="n1")
        again = await telegram.send_text(group.id, "une fois", key="n1")

    assert first == again
    assert len(group.messages) == 1


@pytest.mark.parametrize("code", [400, 500])
async def test_a_duplicate_refused_counts_as_delivered(peer, group, tmp_path, code):
    peer.faults.random_id_duplicate(code)
    async with session(peer, tmp_path) as telegram:
        await telegram.send_text(group.id, "une fois", key="n1")
        started = time.monotonic()

        assert await telegram.send_text(group.id, "une fois", key="n1") is None

    assert time.monotonic() - started < 5
    assert len(group.messages) == 1


async def test_an_answer_lost_with_its_connection_doubles_nothing(
    peer, group, tmp_path
):
    async with session(peer, tmp_path) as telegram:
        peer.faults.cut_after("messages.sendMessage")

        message_id = await telegram.send_text(group.id, "une fois", key="n1")

    assert [m.id for m in group.messages] == [message_id]


async def test_a_short_flood_wait_is_obeyed_to_the_second(peer, group, tmp_path):
    peer.faults.flood_wait("messages.sendMessage", 1)
    async with session(peer, tmp_path) as telegram:
        started = time.monotonic()

        await telegram.send_text(group.id, "patience", key="n1")

    assert time.monotonic() - started >= 1
    assert len(group.messages) == 1


async def test_a_long_flood_wait_is_said_and_not_slept(peer, group, tmp_path):
    peer.faults.flood_wait("messages.sendMessage", 3600)
    async with session(peer, tmp_path) as telegram:
        with pytest.raises(RateLimited) as refusal:
            await telegram.send_text(group.id, "patience", key="n1")

    assert refusal.value.retry_after_s == 3600
    assert refusal.value.retryable


async def test_server_errors_are_tried_again(peer, group, tmp_path):
    peer.faults.internal_error("messages.sendMessage", times=2)
    async with session(peer, tmp_path) as telegram:
        await telegram.send_text(group.id, "enfin", key="n1")

    assert len(group.messages) == 1


async def test_a_message_is_edited_in_place_and_twice_is_harmless(
    peer, group, tmp_path
):
    async with session(peer, tmp_path) as telegram:
        message_id = await telegram.send_text(group.id, "6 photos", key="n1")
        assert message_id is not None
        await telegram.edit_text(group.id, message_id, "7 photos")
        await telegram.edit_text(group.id, message_id, "7 photos")

    assert [m.text for m in group.messages] == ["7 photos"]


async def test_refusals_are_our_errors(peer, jean, group, tmp_path):
    await jean.send("/start")
    async with session(peer, tmp_path) as telegram:
        with pytest.raises(NotFound):
            await telegram.send_text(-5000000009, "nobody", key="n1")
        with pytest.raises(Rejected):
            await telegram.send_text(group.id, "x" * 4097, key="n2")
        jean.block()
        with pytest.raises(Forbidden) as refusal:
            await telegram.send_text(jean.id, "Jean ?", key="n3")

    assert refusal.value.code == "user_is_blocked"


async def test_a_press_answered_too_late_is_no_error(peer, jean, tmp_path):
    peer.faults.late_answers()
    async with session(peer, tmp_path) as telegram:
        await telegram.answer_press(12345, "trop tard")


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


@pytest.mark.parametrize("group_id", [-5000000001, -1001234567890])
async def test_members_of_a_group_are_told_from_strangers(peer, tmp_path, group_id):
    marie, paul = peer.add_user("Marie"), peer.add_user("Paul")
    peer.add_group(group_id, "Chantier", [marie])
    async with session(peer, tmp_path) as telegram:
        assert await telegram.is_member(group_id, marie.id)
        assert not await telegram.is_member(group_id, paul.id)
        asked = len(peer.calls)
        assert await telegram.is_member(group_id, marie.id)

    assert len(peer.calls) - asked == 0


async def test_a_stranger_who_was_let_in_is_known_seconds_later(peer, tmp_path):
    paul = peer.add_user("Paul")
    group = peer.add_group(-5000000001, "Chantier", [])
    async with session(peer, tmp_path) as telegram:
        assert not await telegram.is_member(group.id, paul.id)
        group.add(paul)

        async with asyncio.timeout(2 * STRANGER_REMEMBERED_S):
            while not await telegram.is_member(group.id, paul.id):
                await asyncio.sleep(0.1)


async def test_the_session_file_is_its_owners_alone(peer, tmp_path):
    async with session(peer, tmp_path):
        files = list((tmp_path / "telegram").iterdir())

        assert (tmp_path / "telegram").stat().st_mode & 0o777 == 0o700
        assert files
        assert all(file.stat().st_mode & 0o077 == 0 for file in files)


async def test_a_second_start_does_not_log_in_again(peer, tmp_path):
    async with session(peer, tmp_path):
        pass
    async with session(peer, tmp_path):
        pass

    logins = [c for c in peer.calls if "importbot" in c.method.lower()]
    assert len(logins) == 1


async def test_a_server_that_forgot_the_session_is_logged_in_to_anew(tmp_path):
    async with TelegramPeer() as peer, session(peer, tmp_path):
        address, token = peer.address, peer.bot_token
    host, _, port = address.rpartition(":")
    async with TelegramPeer(host=host, port=int(port)) as forgetful:
        forgetful.bot.bot_token = token
        jean = forgetful.add_user("Jean")
        inbox = Inbox()
        async with session(forgetful, tmp_path, inbox):
            await jean.send("bonjour")
            await inbox.holds(1)

    assert inbox.texts == ["bonjour"]


async def test_a_session_opens_while_telegram_is_away_and_recovers(tmp_path):
    async with TelegramPeer() as peer:
        away, address = account(peer), peer.address
    telegram = TelegramSession(away, tmp_path)
    await telegram.open()
    with pytest.raises(Unavailable):
        await telegram.ready(0.2)

    host, _, port = address.rpartition(":")
    async with TelegramPeer(host=host, port=int(port)) as peer:
        peer.bot.bot_token = away.bot_token.get_secret_value()
        assert "@etm_bot" in await telegram.ready(15)
        await telegram.close()


async def test_a_session_that_only_sends_keeps_nothing_of_the_answers(
    peer, group, tmp_path
):
    async with session(peer, tmp_path) as telegram:
        for number in range(3):
            await telegram.send_text(group.id, "x", key=str(number))

        assert telegram._line._inbox.empty()


@pytest.mark.parametrize("moment_s", [0, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1])
async def test_closing_in_the_middle_of_a_login_ends(peer, tmp_path, moment_s):
    telegram = TelegramSession(account(peer), tmp_path)
    await telegram.open()
    await asyncio.sleep(moment_s)

    async with asyncio.timeout(6):
        await telegram.close()


async def test_closing_ends_every_connection(peer, tmp_path):
    before = asyncio.all_tasks()
    async with session(peer, tmp_path):
        pass
    await asyncio.sleep(0.1)

    mine = {t for t in asyncio.all_tasks() - before if "chassis" in str(t.get_coro())}
    assert mine == set()


def test_a_key_is_63_bits_and_stays_the_same():
    numbers = {random_id(f"notice-{number}") for number in range(1000)}

    assert len(numbers) == 1000
    assert all(0 <= number < 2**63 for number in numbers)
    assert random_id("notice-1") == random_id("notice-1")


@asynccontextmanager
async def receiving(peer, data_dir):
    inbox = Inbox()
    async with session(peer, data_dir, inbox) as telegram:
        yield telegram, inbox


def jpeg(shade: int) -> bytes:
    content = BytesIO()
    Image.new("RGB", (64, 48), (shade, 0, 0)).save(content, "JPEG")
    return content.getvalue()


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
