"""One report, whatever happens between its first photo and its receipt."""

from datetime import UTC, datetime
from functools import partial

import httpx
import pytest
from pyrogram.raw.functions.messages import GetMessages

from contracts.errors import Rejected
from contracts.notices import MAX_MEDIA, NoticeStatus
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG_S = 150
"""A hundred photos took 5 s, and 70 where each commit and each call was held back by up to 0.3 s."""


async def test_25_photos_in_three_albums_are_one_report(
    house: House, gateway: httpx.AsyncClient
):
    sent = house.photos(25)
    await house.choose_chantier()
    await house.jean.send_album(sent[:10], caption="Tout est posé", on=4)
    await house.jean.send_album(sent[10:20])
    await house.jean.send_album(sent[20:])
    await house.jean.sees("25 photos reçues")

    await house.jean.press("Envoyer")
    await house.jean.sees("✅ Rapport enregistré — Müller\n📸 25 photos")

    assert len(house.files()) == 25
    [report] = await house.reports(gateway)
    assert (report["photos"], report["description"]) == (25, "Tout est posé")
    assert len(house.notifier.notices) == 1
    assert len(house.cards()) == 1


async def test_more_photos_than_a_notice_holds_are_one_report(
    house: House, gateway: httpx.AsyncClient
):
    count = MAX_MEDIA + 5
    photos = house.photos(count)
    await house.describe_fault("toiture à refaire")
    for first in range(0, count, 10):
        await house.jean.send_album(photos[first : first + 10])
    await house.jean.sees(f"{count} photos", timeout_s=LONG_S)
    await house.jean.press("Envoyer")
    await house.jean.sees(f"📸 {count} photos → ", timeout_s=LONG_S)

    assert sorted(house.files().values()) == sorted(photos)
    assert len(await house.reports(gateway)) == 1
    assert len(house.cards()) == 1
    assert {len(said[-1].media) for said in house.notifier.notices.values()} == {
        MAX_MEDIA
    }


async def test_photos_are_named_by_place_and_paris_time(
    house: House, gateway: httpx.AsyncClient
):
    at = datetime(2026, 3, 25, 13, 32, 1, tzinfo=UTC)
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1), at=at)
    await house.jean.send_video(b"\0" * 2000, at=at)
    await house.jean.send_document(b"%PDF-1.7", "Plan.PDF", "application/pdf", at=at)
    await house.jean.send_document(b"heic", "IMG_1.HEIC", "image/heic", at=at)
    await house.jean.sees("2 photos, 1 vidéo et 1 document reçus")

    await house.submit()

    assert sorted(path.rpartition("/")[2] for path in house.files()) == [
        "document_03_20260325_143201.pdf",
        "photo_01_20260325_143201.jpg",
        "photo_04_20260325_143201.heic",
        "video_02_20260325_143201.mp4",
    ]


async def test_photos_after_the_button_are_a_new_matter(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.submit()

    await house.jean.send_photo(house.jpeg(2))

    await house.jean.sees("C'est pour quoi")


async def test_everything_delivered_twice_happens_once(
    house: House, gateway: httpx.AsyncClient
):
    house.telegram.faults.duplicate_updates()
    await house.choose_chantier()
    await house.jean.send_album(house.photos(3))
    await house.jean.sees("3 photos reçues")
    await house.submit()

    said = [m.text for m in house.jean.chat if m.from_bot]
    assert len(said) == 2
    assert len(house.files()) == 3
    assert len(house.notifier.notices) == 1


async def test_two_reports_of_one_chantier_keep_all_their_photos(
    house: House, gateway: httpx.AsyncClient
):
    at = datetime(2026, 3, 25, 13, 32, 1, tzinfo=UTC)
    for number in (1, 2):
        await house.choose_chantier()
        await house.jean.send_photo(house.jpeg(number), at=at)
        await house.jean.press("Envoyer")
        await house.until(partial(_has_notices, house, number))

    assert sorted(house.files().values()) == sorted(house.photos(2))
    assert len(house.cards()) == 2
    assert len(house.notifier.notices) == 2


async def test_with_nextcloud_down_the_report_is_kept_and_filed_by_itself(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_album(house.photos(3))
    await house.jean.sees("3 photos reçues")
    fault = house.nextcloud.faults.fail(503, times=None)

    await house.jean.press("Envoyer")
    kept = await house.jean.sees("⏳ Rapport gardé (3 photos)", timeout_s=20)
    [report] = await house.reports(gateway)
    step = report["steps"][0]
    assert (report["status"], step["name"]) == ("filing", "photos")
    assert step["attempts"] >= 1
    assert "maintenance" in step["last_error"]
    fault.times = 0

    receipt = await house.jean.sees("Rapport enregistré", timeout_s=20)
    assert receipt.id == kept.id
    assert len(house.files()) == 3


async def test_a_refusal_for_good_is_told_and_can_be_tried_again(
    house: House, gateway: httpx.AsyncClient
):
    house.notifier.failing = Rejected("no such group")
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.press("Envoyer")
    await house.jean.sees("préviens le bureau")
    [report] = await house.reports(gateway)
    assert [step["state"] for step in report["steps"]] == [
        "done",
        "done",
        "failed",
        "pending",
        "pending",
    ]

    house.notifier.failing = None
    again = await gateway.post(f"/gateway/reports/{report['report_id']}/retry")
    assert again.status_code == 202
    await house.jean.sees("Rapport enregistré")

    repeated = await gateway.post(f"/gateway/reports/{report['report_id']}/retry")
    assert repeated.status_code == 409
    assert len(house.files()) == 1
    assert len(house.cards()) == 1


async def test_a_notice_that_telegram_refuses_fails_its_report(
    house: House, gateway: httpx.AsyncClient
):
    house.notifier.outcome = NoticeStatus.FAILED
    house.notifier.reason = "CHAT_WRITE_FORBIDDEN"
    await house.choose_chantier()
    asked = await house.jean.sees("Envoie tes photos")
    await house.jean.send_photo(house.jpeg(1))

    await house.jean.press("Envoyer", on=await house.jean.sees("1 photo reçue"))

    told = await house.jean.sees("le groupe n'a pas pu être prévenu")
    [report] = await house.reports(gateway)
    notice = report["steps"][2]
    assert (report["status"], notice["state"]) == ("failed", "failed")
    assert "CHAT_WRITE_FORBIDDEN" in notice["last_error"]
    readiness = (await gateway.get("/readyz")).json()["checks"]["reports"]
    assert readiness["ok"]
    assert "failed, the oldest is" in readiness["detail"]
    answer = await house.jean.press("Envoyer", on=asked)
    assert "Ne renvoie rien" in (answer.text or "")
    assert "pas encore enregistré" not in f"{told.text}{answer.text}"

    house.notifier.outcome = NoticeStatus.DELIVERED
    await gateway.post(f"/gateway/reports/{report['report_id']}/retry")

    await house.jean.sees("Rapport enregistré")
    await house.until_filed(gateway)


async def test_a_notice_that_waits_for_telegram_holds_no_receipt_back(
    house: House, gateway: httpx.AsyncClient
):
    house.notifier.outcome = NoticeStatus.QUEUED
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.press("Envoyer")

    await house.jean.sees("Rapport enregistré")
    [report] = await house.reports(gateway)
    assert report["status"] == "filing"

    house.notifier.outcome = NoticeStatus.DELIVERED
    await house.until_filed(gateway)


async def test_a_progress_message_that_telegram_does_not_name_is_found_again(
    house: House, gateway: httpx.AsyncClient
):
    """The first try arrived, its answer was lost, and the second is refused as a duplicate."""
    await house.choose_chantier()
    house.telegram.faults.random_id_duplicate()
    house.telegram.faults.cut_after("messages.sendMessage")
    await house.jean.send_photo(house.jpeg(1))
    shown = await house.jean.sees("1 photo reçue")
    calls = house.telegram.calls
    tried = len(calls)
    await house.until(
        lambda: any(isinstance(call.request, GetMessages) for call in calls[tried:])
    )

    await house.jean.press("Envoyer", on=shown)

    receipt = await house.jean.sees("Rapport enregistré")
    assert receipt.id == shown.id
    assert "reçue" not in "".join(message.text for message in house.jean.chat)


async def test_a_report_is_filed_for_one_who_has_blocked_the_bot(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue")
    await house.jean.press("Envoyer")
    house.jean.block()

    await house.until_filed(gateway)
    assert len(house.notifier.notices) == 1


def _has_notices(house: House, count: int) -> bool:
    return len(house.notifier.notices) == count
