"""One report, whatever happens between its first photo and its receipt."""

import asyncio
from datetime import UTC, datetime
from functools import partial

import httpx

from contracts.errors import Rejected, Unavailable
from tests.gateway.house import House, jpeg, photos


async def test_quiet_after_an_album_closes_the_report(house: House):
    async with house.gateway(quiet_s=0.3):
        await house.choose_chantier()

        await house.jean.send_album(photos(3))

        await house.jean.sees("Rapport enregistré")
    assert len(house.files()) == 3


async def test_single_photos_wait_for_the_button(house: House):
    async with house.gateway(quiet_s=0.05):
        await house.choose_chantier()
        await house.jean.send_photo(jpeg(1))
        await house.jean.sees("1 photo reçue")

        await asyncio.sleep(0.3)

        await house.jean.sees("1 photo reçue")


async def test_25_photos_in_three_albums_are_one_report(
    house: House, gateway: httpx.AsyncClient
):
    sent = photos(25)
    await house.choose_chantier()
    await house.jean.send_album(sent[:10], caption="Tout est posé", on=4)
    await house.jean.send_album(sent[10:20])
    await house.jean.send_album(sent[20:])
    await house.jean.sees("25 photos reçues")

    await house.jean.press("Envoyer")
    await house.jean.sees("✅ Rapport enregistré — Müller\n📸 25 photos")

    assert len(house.files()) == 25
    [report] = (await gateway.get("/gateway/reports")).json()["items"]
    assert (report["photos"], report["description"]) == (25, "Tout est posé")
    assert len(house.notifier.notices) == 1
    assert len(house.nextcloud.cards()) == 1


async def test_photos_are_named_by_place_and_paris_time(
    house: House, gateway: httpx.AsyncClient
):
    at = datetime(2026, 3, 25, 13, 32, 1, tzinfo=UTC)
    await house.choose_chantier()
    await house.jean.send_photo(jpeg(1), at=at)
    await house.jean.send_video(b"\0" * 2000, at=at)
    await house.jean.send_document(b"%PDF-1.7", "Plan.PDF", "application/pdf", at=at)
    await house.jean.send_document(b"heic", "IMG_1.HEIC", "image/heic", at=at)
    await house.jean.sees("2 photos, 1 vidéo et 1 document reçus")

    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré")

    assert sorted(path.rpartition("/")[2] for path in house.files()) == [
        "document_03_20260325_143201.pdf",
        "photo_01_20260325_143201.jpg",
        "photo_04_20260325_143201.heic",
        "video_02_20260325_143201.mp4",
    ]


async def test_a_sibling_that_comes_after_the_close_joins_its_report(house: House):
    async with house.gateway(quiet_s=0.2) as gateway:
        sent = photos(4)
        await house.choose_chantier()
        await house.jean.send_album(sent, late={3: 1.5})
        await house.jean.sees("📸 3 photos → ")

        await house.jean.sees("📸 4 photos → ")

        [report] = (await gateway.get("/gateway/reports")).json()["items"]
    assert report["photos"] == 4
    assert sorted(house.files().values()) == sorted(sent)
    [said] = house.notifier.notices.values()
    assert "📸 3 photos archivées" in said[0].text
    assert "📸 4 photos archivées" in said[-1].text
    assert len(house.nextcloud.cards()) == 1


async def test_photos_soon_after_a_quiet_close_join_the_report(house: House):
    async with house.gateway(quiet_s=0.2) as gateway:
        await house.choose_chantier()
        await house.jean.send_album(photos(2))
        await house.jean.sees("📸 2 photos → ")
        await house.jean.send_photo(jpeg(3), caption="et l'onduleur")
        await house.jean.sees("📸 3 photos → ")
        await house.jean.send("tout fonctionne")
        await house.jean.sees("Ajouté au rapport — Müller")
        await house.until(lambda: "tout fonctionne" in str(house.nextcloud.cards()))

        [report] = (await gateway.get("/gateway/reports")).json()["items"]
    assert report["description"] == "et l'onduleur\ntout fonctionne"
    assert len(house.nextcloud.cards()) == len(house.notifier.notices) == 1


async def test_photos_after_the_button_are_a_new_matter(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_photo(jpeg(1))
    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré")

    await house.jean.send_photo(jpeg(2))

    await house.jean.sees("C'est pour quoi ?")


async def test_siblings_held_back_by_telegram_are_fetched_before_the_close(
    house: House,
):
    async with house.gateway(quiet_s=1.0):
        await house.choose_chantier()
        await house.jean.send_album(photos(3), late={1: 0.3, 2: 0.3})
        await house.jean.sees("1 photo reçue")
        silence = house.telegram.faults.silence()

        await house.jean.sees("📸 3 photos → ")

        silence.remove()
    [said] = house.notifier.notices.values()
    assert len(said) == 1


async def test_everything_delivered_twice_happens_once(
    house: House, gateway: httpx.AsyncClient
):
    house.telegram.faults.duplicate_updates()
    await house.choose_chantier()
    await house.jean.send_album(photos(3))
    await house.jean.sees("3 photos reçues")
    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré")

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
        await house.jean.send_photo(jpeg(number), at=at)
        await house.jean.press("Envoyer")
        await house.until(partial(_has_notices, house, number))

    assert sorted(house.files().values()) == sorted(photos(2))
    assert len(house.nextcloud.cards()) == 2
    assert len(house.notifier.notices) == 2


async def test_an_open_report_is_taken_up_after_a_restart(house: House):
    async with house.gateway():
        await house.choose_chantier()
        await house.jean.send_photo(jpeg(1))
        await house.jean.sees("1 photo reçue")

    await house.jean.send_photo(jpeg(2))
    async with house.gateway():
        await house.jean.sees("2 photos reçues")
        await house.jean.press("Envoyer")
        await house.jean.sees("Rapport enregistré")

    assert sorted(house.files().values()) == sorted(photos(2))


async def test_a_quiet_time_interrupted_by_a_stop_runs_again(house: House):
    async with house.gateway():
        await house.choose_chantier()
        await house.jean.send_album(photos(2))
        await house.jean.sees("2 photos reçues")

    async with house.gateway(quiet_s=0.1):
        await house.jean.sees("Rapport enregistré")


async def test_what_was_sent_while_the_gateway_was_down_is_taken_up(house: House):
    async with house.gateway():
        await house.choose_chantier()

    await house.jean.send_album(photos(3))
    async with house.gateway(quiet_s=0.1):
        await house.jean.sees("📸 3 photos → ")

    assert sorted(house.files().values()) == sorted(photos(3))


async def test_with_nextcloud_down_the_report_is_kept_and_filed_by_itself(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_album(photos(3))
    await house.jean.sees("3 photos reçues")
    fault = house.nextcloud.faults.fail(503, times=None)

    await house.jean.press("Envoyer")
    kept = await house.jean.sees("⏳ Rapport gardé (3 photos)", timeout_s=20)
    [report] = (await gateway.get("/gateway/reports")).json()["items"]
    step = report["steps"][0]
    assert (report["status"], step["name"]) == ("filing", "photos")
    assert step["attempts"] >= 1
    assert "maintenance" in step["last_error"]
    fault.times = 0

    receipt = await house.jean.sees("Rapport enregistré", timeout_s=20)
    assert receipt.id == kept.id
    assert len(house.files()) == 3


async def test_filing_goes_on_after_a_stop_in_its_middle(house: House):
    house.notifier.failing = Unavailable("away")
    async with house.gateway():
        await house.choose_chantier()
        await house.jean.send_album(photos(3))
        await house.jean.sees("3 photos reçues")
        await house.jean.press("Envoyer")
        await house.jean.sees("⏳ Rapport gardé", timeout_s=20)

    house.notifier.failing = None
    async with house.gateway():
        await house.jean.sees("Rapport enregistré")

    assert len(house.files()) == 3
    assert len(house.nextcloud.cards()) == 1
    assert len(house.notifier.notices) == 1


async def test_a_refusal_for_good_is_told_and_can_be_tried_again(
    house: House, gateway: httpx.AsyncClient
):
    house.notifier.failing = Rejected("no such group")
    await house.choose_chantier()
    await house.jean.send_photo(jpeg(1))
    await house.jean.press("Envoyer")
    await house.jean.sees("préviens le bureau")
    [report] = (await gateway.get("/gateway/reports?status=failed")).json()["items"]
    assert [step["state"] for step in report["steps"]] == [
        "done",
        "done",
        "failed",
        "pending",
    ]

    house.notifier.failing = None
    again = await gateway.post(f"/gateway/reports/{report['report_id']}/retry")
    assert again.status_code == 202
    await house.jean.sees("Rapport enregistré")

    repeated = await gateway.post(f"/gateway/reports/{report['report_id']}/retry")
    assert repeated.status_code == 409
    assert len(house.files()) == 1
    assert len(house.nextcloud.cards()) == 1


async def test_an_expired_file_reference_is_fetched_again(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_photo(jpeg(1))
    await house.jean.sees("1 photo reçue")
    house.telegram.faults.expire_file_references()

    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré")

    assert list(house.files().values()) == [jpeg(1)]


async def test_a_photo_deleted_before_it_could_be_filed_holds_nothing_up(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    _kept, deleted = await house.jean.send_album(photos(2))
    await house.jean.sees("2 photos reçues")
    house.telegram.faults.expire_file_references()
    await house.jean.delete(deleted)

    await house.jean.press("Envoyer")
    await house.jean.sees("✅ Rapport enregistré — Müller\n📸 1 photo →")

    assert list(house.files().values()) == [jpeg(1)]
    assert "📸 1 photo archivée →" in house.notifier.texts[0]


async def test_a_progress_message_that_telegram_does_not_name_is_sent_anew(
    house: House, gateway: httpx.AsyncClient
):
    """The first try arrived, its answer was lost, and the second is refused as a duplicate."""
    await house.choose_chantier()
    house.telegram.faults.random_id_duplicate()
    house.telegram.faults.cut_after("messages.sendMessage")
    await house.jean.send_photo(jpeg(1))
    await house.until(
        lambda: "\n".join(m.text for m in house.jean.chat).count("reçue") == 2
    )

    await house.jean.press("Envoyer")

    await house.jean.sees("Rapport enregistré")


async def test_a_truncated_download_is_never_filed(
    house: House, gateway: httpx.AsyncClient
):
    house.telegram.faults.truncate_downloads(100, times=2)
    await house.choose_chantier()
    await house.jean.send_photo(jpeg(1))

    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré", timeout_s=20)

    assert list(house.files().values()) == [jpeg(1)]


async def test_a_report_is_filed_for_one_who_has_blocked_the_bot(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_photo(jpeg(1))
    await house.jean.sees("1 photo reçue")
    await house.jean.press("Envoyer")
    house.jean.block()

    await house.until_filed(gateway)
    assert len(house.notifier.notices) == 1


def _has_notices(house: House, count: int) -> bool:
    return len(house.notifier.notices) == count
