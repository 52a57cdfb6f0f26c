"""Story: Telegram and Nextcloud misbehave in the middle of a report; nothing of it is lost, doubled or cut short."""

import asyncio
from datetime import UTC, datetime

import pytest

from tests.together.house import House
from tests.together.story import Technician, jpegs, technician
from tests.waiting import WAIT_S, until

pytestmark = pytest.mark.asyncio(loop_scope="package")

SENT = ("messages.sendMessage", "messages.editMessage", "upload.getFile")


async def send(jean: Technician, photos: list[bytes]) -> None:
    """One album, and ``✅ Envoyer`` once it was received."""
    await jean.person.send_album(photos)
    await jean.person.sees(f"{len(photos)} photos", timeout_s=WAIT_S, after=jean.start)
    await jean.submit()


def assert_filed_once(jean: Technician, photos: list[bytes]) -> None:
    assert sorted(jean.files().values()) == sorted(photos)
    assert jean.notices() == [jean.notice(len(photos))]
    assert len(jean.cards()) == 1
    assert len(jean.receipts()) == 1


async def test_flood_waits_and_server_errors_delay_a_report_and_no_more(house: House):
    jean, photos = technician(house, "Flut", "Becker"), jpegs(4, seed=31)
    faults = house.telegram.faults

    await jean.begin()
    struck = [faults.flood_wait(method, 1) for method in SENT]
    struck += [faults.internal_error(method) for method in SENT]
    await send(jean, photos)

    assert [fault.struck for fault in struck] == [1] * len(struck)
    assert_filed_once(jean, photos)


async def test_lost_answers_of_telegram_double_nothing(house: House):
    """Each second try is refused as RANDOM_ID_DUPLICATE, which means: delivered. (A press would be lost with its line.)"""
    jean, photos = technician(house, "Schnitt", "Lacroix"), jpegs(3, seed=32)
    faults = house.telegram.faults

    await jean.begin()
    await jean.person.sees("Envoie tes photos", timeout_s=WAIT_S)
    refused = faults.random_id_duplicate()
    cut = [faults.cut_after(method, times=2) for method in SENT[:2]]
    await jean.person.send_album(photos)
    await jean.receipt()
    await until(lambda: bool(jean.notices()), what="the notice")
    refused.remove()

    assert all(fault.struck for fault in cut)
    assert refused.struck >= 1
    assert_filed_once(jean, photos)


async def test_expired_references_and_short_downloads_cut_no_photo(house: House):
    jean, photos = technician(house, "Kurz", "Lorenz"), jpegs(4, seed=33)

    await jean.begin()
    await jean.person.send_album(photos)
    await jean.person.sees("4 photos", timeout_s=WAIT_S, after=jean.start)
    house.telegram.faults.expire_file_references()
    short = house.telegram.faults.truncate_downloads(100, times=3)
    await jean.submit()

    assert short.struck == 3
    assert_filed_once(jean, photos)


async def test_lost_answers_of_nextcloud_double_nothing(house: House):
    jean, photos = technician(house, "Wolke", "Kaufmann"), jpegs(3, seed=34)
    faults = house.nextcloud.faults

    await jean.begin()
    struck = [
        faults.fail(500, method="MKCOL", written=True),
        faults.fail(500, method="PUT", path="jpg", written=True),
        faults.fail(423, method="PUT", path="jpg"),
        faults.cut("after", method="PUT", path="jpg"),
        faults.wrong_hash(),
        faults.cut("after", method="POST", path="/cards"),
    ]
    await send(jean, photos)
    faults.clear()

    assert [fault.hits for fault in struck] == [1] * len(struck)
    assert_filed_once(jean, photos)


async def test_two_technicians_on_one_chantier_in_the_same_second_keep_all_photos(
    house: House,
):
    eva, max_ = (technician(house, name, "Zwilling") for name in ("Eins", "Zwei"))
    of_eva, of_max = jpegs(3, seed=35), jpegs(3, seed=36)
    at = datetime(2026, 3, 25, 13, 32, 1, tzinfo=UTC)

    await eva.begin()
    await max_.begin()
    for jean, photos in ((eva, of_eva), (max_, of_max)):
        await jean.person.sees("Envoie tes photos", timeout_s=WAIT_S)
        await jean.person.send_album(photos, at=at)
        await jean.person.sees("3 photos", timeout_s=WAIT_S, after=jean.start)
    await asyncio.gather(eva.submit(), max_.submit())
    await until(lambda: len(eva.notices()) == 2, what="both notices")

    assert sorted(eva.files().values()) == sorted(of_eva + of_max)
    assert "photo_01_20260325_143201.jpg" in eva.files()
    assert sorted(eva.notices()) == sorted([eva.notice(3), max_.notice(3)])
    assert len(eva.cards()) == 2


async def test_files_of_any_kind_and_name_are_kept_as_they_are(house: House):
    jean = technician(house, "Bunt", "Friedrich")
    sent = [b"\n", b"heic" * 1000, b"%PDF-", b"?"]
    names = ("short.txt", "IMG_1.HEIC", "../../plan.PDF", "a." + "q" * 300)
    types = ("text/plain", "image/heic", "application/pdf", "")

    await jean.begin()
    await jean.person.sees("Envoie tes photos", timeout_s=WAIT_S)
    for content, name, type_ in zip(sent, names, types, strict=True):
        await jean.person.send_document(content, name, type_)
    await jean.person.sees("1 photo et 3 documents", timeout_s=WAIT_S, after=jean.start)
    await jean.submit()

    files = jean.files()
    kinds = [(name.split("_")[0], name.split(".", 1)[1]) for name in sorted(files)]
    assert sorted(files.values()) == sorted(sent)
    assert kinds == [
        ("document", "txt"),
        ("document", "pdf"),
        ("document", "bin"),
        ("photo", "heic"),
    ]


async def test_a_technician_who_blocks_the_bot_holds_nothing_up(house: House):
    jean, photos = technician(house, "Stumm", "Albrecht"), jpegs(2, seed=38)

    await jean.begin()
    await jean.person.send_album(photos)
    await jean.person.sees("2 photos", timeout_s=WAIT_S, after=jean.start)
    jean.person.block()
    await until(lambda: jean.notices() == [jean.notice(2)], what="the notice")

    assert sorted(jean.files().values()) == sorted(photos)
    assert len(jean.cards()) == 1
