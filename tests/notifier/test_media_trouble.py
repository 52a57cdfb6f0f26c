"""Notices with photos when storage or Telegram does not behave."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest

from tests.notifier.shown import FOLDER, jpeg, photos, put, shown, texts
from tests.peers.telegram import Generated


async def test_a_file_that_is_not_there_holds_nothing_else_back(
    notifier, storage, group
):
    media = [{"path": f"{FOLDER}/gone.jpg"}, *photos(storage, 2)]

    notice = await put(notifier, media)

    assert (notice["status"], notice["last_error"]) == ("delivered", None)
    [gone] = notice["missing"]
    assert (gone["name"], gone["code"]) == ("gone.jpg", "not_found")
    assert texts(group) == ["🚨 Alerte SAV", ""]
    listed = await notifier.get("/notifier/notices?incomplete=true&shape=items")
    assert [one["missing"] for one in listed.json()] == [[gone]]
    ready = (await notifier.get("/readyz")).json()["checks"]["notices"]["detail"]
    assert ready == "0 queued, 0 failed, 1 incomplete"


@pytest.mark.parametrize("how", ["retry", "the same PUT"])
async def test_a_file_that_is_there_later_is_shown_by_another_try(
    notifier, storage, group, how
):
    media = [{"path": f"{FOLDER}/photo_09.jpg"}]
    await put(notifier, media)
    photos(storage, 1, first=9)

    if how == "retry":
        answer = await notifier.post("/notifier/notices/r1/retry?wait=20")
        notice = answer.json()
    else:
        notice = await put(notifier, media)

    assert (notice["status"], notice["missing"]) == ("delivered", [])
    assert texts(group) == ["🚨 Alerte SAV", ""]
    assert shown(group) == [jpeg(9)]


async def test_a_file_that_is_not_asked_for_any_more_is_missed_by_nobody(
    notifier, storage, group
):
    await put(notifier, [{"path": f"{FOLDER}/gone.jpg"}])

    notice = await put(notifier, [])

    assert (notice["status"], notice["missing"]) == ("delivered", [])


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


async def test_a_file_cut_short_on_its_way_is_read_on(notifier, storage, peer, group):
    content = Generated(2_000_000).read(0, 2_000_000)
    storage.write(f"{FOLDER}/plan.pdf", content)
    cut = storage.faults.cut("download", path="plan.pdf")

    notice = await put(notifier, [{"path": f"{FOLDER}/plan.pdf"}])

    assert (notice["status"], cut.hits) == ("delivered", 1)
    assert shown(group) == [content]
    sent = [call.method for call in peer.calls].count("upload.SaveFilePart")
    assert sent == 4


async def test_a_flood_wait_in_the_middle_of_a_file_keeps_nobody_from_storage(
    notifier, settings, storage, peer, group
):
    """It gives up its place, one of eight, which others hold or wait for; and its file arrives whole."""
    content = Generated(24_000_000).read(0, 24_000_000)
    storage.write(f"{FOLDER}/plan.pdf", content)
    path = f"/storage/files/{FOLDER}/plan.pdf"
    peer.faults.flood_wait("upload.saveBigFilePart", 3)
    under_way = asyncio.create_task(put(notifier, [{"path": f"{FOLDER}/plan.pdf"}]))

    async with (
        httpx.AsyncClient(base_url=settings.storage_url, timeout=30) as http,
        AsyncExitStack() as opened,
    ):
        for _ in range(12):
            await opened.enter_async_context(http.stream("GET", path))
        notice = await under_way

    assert notice["status"] == "delivered"
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


@pytest.mark.parametrize("count", [1, 2])
async def test_a_group_that_allows_no_photos_reads_the_text(
    notifier, storage, peer, group, count
):
    """A right of its own since members of a group may be kept from sending media."""
    for method in ("messages.sendMedia", "messages.sendMultiMedia"):
        peer.faults.error(method, 403, "CHAT_SEND_PHOTOS_FORBIDDEN", times=None)

    notice = await put(notifier, photos(storage, count))

    assert notice["status"] == "delivered"
    assert texts(group) == ["🚨 Alerte SAV"]
    assert [one["code"] for one in notice["missing"]] == [
        "chat_send_photos_forbidden"
    ] * count


async def test_a_group_that_refuses_everything_is_not_asked_for_each_photo(
    notifier, storage, peer, group
):
    methods = ("messages.sendMessage", "messages.sendMultiMedia", "messages.sendMedia")
    text, album, photo = [
        peer.faults.error(method, 403, "CHAT_WRITE_FORBIDDEN", times=None)
        for method in methods
    ]

    notice = await put(notifier, photos(storage, 10))

    assert (notice["status"], notice["missing"]) == ("failed", [])
    assert text.struck + album.struck <= 2
    assert photo.struck == 0
