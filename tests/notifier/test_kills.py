"""The notifier as a process, killed between sending and noting it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from time import perf_counter

import httpx
import pytest

from chassis.server import GRACE_S
from demo.processes import ServiceProcess
from tests.notifier.shown import SEVEN, SIX, jpeg, photos, shown
from tests.ports import free_port
from tests.processes import service_process
from tests.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(settings):
    account = settings.account
    return {
        "DATA_DIR": str(settings.data_dir),
        "TELEGRAM_API_ID": str(account.api_id),
        "TELEGRAM_API_HASH": account.api_hash.get_secret_value(),
        "TELEGRAM_BOT_TOKEN": account.bot_token.get_secret_value(),
        "TELEGRAM_SERVER": settings.telegram_server,
        "TELEGRAM_SERVER_KEY": settings.telegram_server_key,
        "TELEGRAM_GROUPS": settings.telegram_groups,
        "STORAGE_URL": settings.storage_url,
        "RETRY_FIRST_S": "0.05",
    }


@pytest.fixture
def url():
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def notifier(environment, url):
    @asynccontextmanager
    async def started() -> AsyncIterator[tuple[ServiceProcess, httpx.AsyncClient]]:
        async with (
            service_process("notifier", environment, url=url) as process,
            httpx.AsyncClient(base_url=url, timeout=20) as http,
        ):
            yield process, http

    return started


async def test_killed_right_after_sending_it_posts_no_second_message(
    notifier, peer, group
):
    async with notifier() as (process, http):
        # Telegram has the message, and the answer never comes.
        peer.faults.cut_after("messages.sendMessage", times=None)
        await http.put("/notifier/notices/r1", json=SIX)
        await group.sees("6 photos")
        await process.kill()
    peer.faults.clear()

    async with notifier() as (_, http):
        answer = await http.put("/notifier/notices/r1?wait=10", json=SIX)

    assert answer.json()["message_ids"] == [message.id for message in group.messages]
    assert len(group.messages) == 1


async def test_a_text_that_changed_across_the_kill_is_edited_in(notifier, peer, group):
    async with notifier() as (process, http):
        peer.faults.cut_after("messages.sendMessage", times=None)
        await http.put("/notifier/notices/r1", json=SIX)
        await group.sees("6 photos")
        await http.put("/notifier/notices/r1", json=SEVEN)
        await process.kill()
    peer.faults.clear()

    async with notifier() as (_, http):
        answer = await http.put("/notifier/notices/r1?wait=10", json=SEVEN)

    assert answer.json()["status"] == "delivered"
    assert [message.text for message in group.messages] == ["📸 7 photos"]


@pytest.mark.chaos
async def test_kills_at_random_moments_lose_and_double_nothing(notifier, peer, group):
    ids = [f"r{number}" for number in range(30)]
    put: list[str] = []
    for delay_s in (0.02, 0.05, 0.11):
        async with notifier() as (process, http):
            killing = asyncio.create_task(_kill_after(process, delay_s))
            while put != ids and process.running:
                notice_id = ids[len(put)]
                try:
                    await http.put(
                        f"/notifier/notices/{notice_id}",
                        json={"group": "chantier", "text": notice_id},
                    )
                except httpx.TransportError:
                    break
                put.append(notice_id)
            await killing

    async with notifier() as (_, http):
        for notice_id in ids:
            answer = await http.put(
                f"/notifier/notices/{notice_id}?wait=20",
                json={"group": "chantier", "text": notice_id},
            )
            assert answer.json()["status"] == "delivered"

    assert sorted(message.text for message in group.messages) == sorted(ids)


async def test_killed_right_after_an_album_it_shows_no_second_one(
    notifier, storage, peer, group
):
    body = {**SIX, "media": photos(storage, 3)}
    async with notifier() as (process, http):
        peer.faults.cut_after("messages.sendMultiMedia", times=None)
        await http.put("/notifier/notices/r1", json=body)
        await group.sees("6 photos")
        await process.kill()
    peer.faults.clear()

    async with notifier() as (_, http):
        answer = await http.put("/notifier/notices/r1?wait=20", json=body)

    assert answer.json()["message_ids"] == [message.id for message in group.messages]
    assert shown(group) == [jpeg(1), jpeg(2), jpeg(3)]


async def test_killed_between_upload_and_sending_it_brings_nothing_up_again(
    notifier, storage, peer, group
):
    body = {**SIX, "media": photos(storage, 3)}
    async with notifier() as (process, http):
        cut = peer.faults.cut_before("messages.sendMultiMedia", times=None)
        await http.put("/notifier/notices/r1", json=body)
        await peer.until(lambda: cut.struck)
        await process.kill()
    peer.faults.clear()
    assert group.messages == []

    async with notifier() as (_, http):
        answer = await http.put("/notifier/notices/r1?wait=20", json=body)

    assert answer.json()["status"] == "delivered"
    assert shown(group) == [jpeg(1), jpeg(2), jpeg(3)]
    brought_up = [c for c in peer.calls if c.method == "messages.UploadMedia"]
    assert len(brought_up) == 3


async def test_files_that_were_sent_outlive_a_kill_and_nothing_else_does(
    notifier, settings, peer, group
):
    folder = settings.data_dir / ".notifier-sent"
    async with notifier() as (process, http):
        peer.faults.flood_wait("upload.saveFilePart", 300, times=None)
        answer = await http.put(
            "/notifier/notices/r1", data=SIX, files=[("f", ("a.jpg", jpeg(1)))]
        )
        await process.kill()
    (folder / "arriving-half").write_bytes(b"half")
    peer.faults.clear()

    async with notifier() as (_, http):
        told = await http.post("/notifier/notices/r1/retry?wait=10")

    assert (answer.status_code, told.json()["status"]) == (202, "delivered")
    assert shown(group) == [jpeg(1)]
    assert list(folder.iterdir()) == []


async def test_photos_added_across_the_kill_of_an_album_come_after_it(
    notifier, storage, peer, group
):
    early, late = photos(storage, 2), photos(storage, 2, first=3)
    async with notifier() as (process, http):
        peer.faults.cut_after("messages.sendMultiMedia", times=None)
        await http.put("/notifier/notices/r1", json={**SIX, "media": early})
        await group.sees("6 photos")
        await process.kill()
    peer.faults.clear()

    async with notifier() as (_, http):
        answer = await http.put(
            "/notifier/notices/r1?wait=20", json={**SEVEN, "media": early + late}
        )

    assert answer.json()["status"] == "delivered"
    assert shown(group) == [jpeg(n) for n in range(1, 5)]
    assert [m.text for m in group.messages] == ["📸 7 photos", "", "", ""]


@pytest.mark.chaos
async def test_kills_at_random_moments_lose_and_double_no_photo(
    notifier, storage, peer, group
):
    """Each kill strikes at another step: bringing up, sending, noting."""
    bodies = {
        f"r{n}": {
            "group": "chantier",
            "text": f"r{n}",
            "media": photos(storage, 3, first=3 * n),
        }
        for n in range(6)
    }
    new = iter(bodies)
    for requests in (6, 10, 14):
        async with notifier() as (process, http):
            enough = len(peer.calls) + requests
            for notice_id in islice(new, 2):
                await http.put(f"/notifier/notices/{notice_id}", json=bodies[notice_id])
            await peer.until(lambda enough=enough: len(peer.calls) >= enough)
            await process.kill()

    async with notifier() as (_, http):
        for notice_id, body in bodies.items():
            answer = await http.put(f"/notifier/notices/{notice_id}?wait=30", json=body)
            assert answer.json()["status"] == "delivered"

    assert sorted(shown(group)) == sorted(jpeg(n) for n in range(18))
    texts = [message.text for message in group.messages if message.text]
    assert sorted(texts) == sorted(bodies)


async def _kill_after(process: ServiceProcess, delay_s: float) -> None:
    await asyncio.sleep(delay_s)
    await process.kill()


async def test_who_waits_is_answered_when_the_notifier_is_to_end(notifier, peer, group):
    """He held a SIGTERM for ten seconds, and was cut off then."""
    peer.faults.internal_error("messages.sendMessage", times=None)
    async with notifier() as (process, http):
        put = http.put("/notifier/notices/r1?wait=19", json=SIX)
        waiting = asyncio.create_task(put)
        await until(lambda: _tried(peer), what="the first try")
        began = perf_counter()
        await process.stop()
        took_s = perf_counter() - began
        answer = await waiting

    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert took_s < GRACE_S / 2


def _tried(peer) -> bool:
    return any(call.method == "messages.SendMessage" for call in peer.calls)
