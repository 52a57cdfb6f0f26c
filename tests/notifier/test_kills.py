"""The notifier as a process, killed between sending and noting it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice

import httpx
import pytest

from tests.notifier.shown import SEVEN, SIX, jpeg, photos, shown


@pytest.fixture
def environment(settings, free_tcp_port):
    account = settings.account
    return {
        **os.environ,
        "PORT": str(free_tcp_port),
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


@asynccontextmanager
async def notifier(
    environment,
) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "notifier.app", env=environment
    )
    url = f"http://127.0.0.1:{environment['PORT']}"
    async with httpx.AsyncClient(base_url=url, timeout=20) as http:
        try:
            await listening(http)
            yield process, http
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def listening(http: httpx.AsyncClient) -> None:
    for _ in range(200):
        try:
            await http.get("/healthz")
        except httpx.TransportError:
            await asyncio.sleep(0.05)
        else:
            return
    raise TimeoutError("the notifier does not listen")


async def test_killed_right_after_sending_it_posts_no_second_message(
    environment, peer, group
):
    async with notifier(environment) as (process, http):
        # Telegram has the message, and the answer never comes.
        peer.faults.cut_after("messages.sendMessage", times=None)
        await http.put("/notifier/notices/r1", json=SIX)
        await group.sees("6 photos")
        process.kill()
        await process.wait()
    peer.faults.clear()

    async with notifier(environment) as (_, http):
        answer = await http.put("/notifier/notices/r1?wait=10", json=SIX)

    assert answer.json()["message_ids"] == [message.id for message in group.messages]
    assert len(group.messages) == 1


async def test_a_text_that_changed_across_the_kill_is_edited_in(
    environment, peer, group
):
    async with notifier(environment) as (process, http):
        peer.faults.cut_after("messages.sendMessage", times=None)
        await http.put("/notifier/notices/r1", json=SIX)
        await group.sees("6 photos")
        await http.put("/notifier/notices/r1", json=SEVEN)
        process.kill()
        await process.wait()
    peer.faults.clear()

    async with notifier(environment) as (_, http):
        answer = await http.put("/notifier/notices/r1?wait=10", json=SEVEN)

    assert answer.json()["status"] == "delivered"
    assert [message.text for message in group.messages] == ["📸 7 photos"]


@pytest.mark.chaos
async def test_kills_at_random_moments_lose_and_double_nothing(
    environment, peer, group
):
    ids = [f"r{number}" for number in range(30)]
    put: list[str] = []
    for delay_s in (0.02, 0.05, 0.11):
        async with notifier(environment) as (process, http):
            killing = asyncio.create_task(_kill_after(process, delay_s))
            while put != ids and process.returncode is None:
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

    async with notifier(environment) as (_, http):
        for notice_id in ids:
            answer = await http.put(
                f"/notifier/notices/{notice_id}?wait=20",
                json={"group": "chantier", "text": notice_id},
            )
            assert answer.json()["status"] == "delivered"

    assert sorted(message.text for message in group.messages) == sorted(ids)


async def test_killed_right_after_an_album_it_shows_no_second_one(
    environment, storage, peer, group
):
    body = {**SIX, "media": photos(storage, 3)}
    async with notifier(environment) as (process, http):
        peer.faults.cut_after("messages.sendMultiMedia", times=None)
        await http.put("/notifier/notices/r1", json=body)
        await group.sees("6 photos")
        process.kill()
        await process.wait()
    peer.faults.clear()

    async with notifier(environment) as (_, http):
        answer = await http.put("/notifier/notices/r1?wait=20", json=body)

    assert answer.json()["message_ids"] == [message.id for message in group.messages]
    assert shown(group) == [jpeg(1), jpeg(2), jpeg(3)]


async def test_killed_between_upload_and_sending_it_brings_nothing_up_again(
    environment, storage, peer, group
):
    body = {**SIX, "media": photos(storage, 3)}
    async with notifier(environment) as (process, http):
        cut = peer.faults.cut_before("messages.sendMultiMedia", times=None)
        await http.put("/notifier/notices/r1", json=body)
        await peer.until(lambda: cut.struck)
        process.kill()
        await process.wait()
    peer.faults.clear()
    assert group.messages == []

    async with notifier(environment) as (_, http):
        answer = await http.put("/notifier/notices/r1?wait=20", json=body)

    assert answer.json()["status"] == "delivered"
    assert shown(group) == [jpeg(1), jpeg(2), jpeg(3)]
    brought_up = [c for c in peer.calls if c.method == "messages.UploadMedia"]
    assert len(brought_up) == 3


async def test_files_that_were_sent_outlive_a_kill_and_nothing_else_does(
    environment, settings, peer, group
):
    folder = settings.data_dir / ".notifier-sent"
    async with notifier(environment) as (process, http):
        peer.faults.flood_wait("upload.saveFilePart", 300, times=None)
        answer = await http.put(
            "/notifier/notices/r1", data=SIX, files=[("f", ("a.jpg", jpeg(1)))]
        )
        process.kill()
        await process.wait()
    (folder / "arriving-half").write_bytes(b"half")
    peer.faults.clear()

    async with notifier(environment) as (_, http):
        told = await http.post("/notifier/notices/r1/retry?wait=10")

    assert (answer.status_code, told.json()["status"]) == (202, "delivered")
    assert shown(group) == [jpeg(1)]
    assert list(folder.iterdir()) == []


async def test_photos_added_across_the_kill_of_an_album_come_after_it(
    environment, storage, peer, group
):
    early, late = photos(storage, 2), photos(storage, 2, first=3)
    async with notifier(environment) as (process, http):
        peer.faults.cut_after("messages.sendMultiMedia", times=None)
        await http.put("/notifier/notices/r1", json={**SIX, "media": early})
        await group.sees("6 photos")
        process.kill()
        await process.wait()
    peer.faults.clear()

    async with notifier(environment) as (_, http):
        answer = await http.put(
            "/notifier/notices/r1?wait=20", json={**SEVEN, "media": early + late}
        )

    assert answer.json()["status"] == "delivered"
    assert shown(group) == [jpeg(n) for n in range(1, 5)]
    assert [m.text for m in group.messages] == ["📸 7 photos", "", "", ""]


@pytest.mark.chaos
async def test_kills_at_random_moments_lose_and_double_no_photo(
    environment, storage, peer, group
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
        async with notifier(environment) as (process, http):
            enough = len(peer.calls) + requests
            for notice_id in islice(new, 2):
                await http.put(f"/notifier/notices/{notice_id}", json=bodies[notice_id])
            await peer.until(lambda enough=enough: len(peer.calls) >= enough)
            process.kill()
            await process.wait()

    async with notifier(environment) as (_, http):
        for notice_id, body in bodies.items():
            answer = await http.put(f"/notifier/notices/{notice_id}?wait=30", json=body)
            assert answer.json()["status"] == "delivered"

    assert sorted(shown(group)) == sorted(jpeg(n) for n in range(18))
    texts = [message.text for message in group.messages if message.text]
    assert sorted(texts) == sorted(bodies)


async def _kill_after(process: asyncio.subprocess.Process, delay_s: float) -> None:
    await asyncio.sleep(delay_s)
    process.kill()
    await process.wait()
