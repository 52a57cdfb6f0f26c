"""Story: a technician's photos become files, a card, a notice and a receipt, once each."""

import pytest

from tests.together.house import House
from tests.together.story import PHOTO_NAME, jpegs, technician
from tests.waiting import WAIT_S, until

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_eight_photos_become_eight_files_one_card_one_notice_one_receipt(
    house: House,
):
    jean = technician(house, "Keller", "Müller")
    photos = jpegs(8, seed=1)

    receipt = await jean.report(photos)

    files = jean.files()
    names = sorted(files)
    assert all(PHOTO_NAME.fullmatch(name) for name in names)
    assert [name[6:8] for name in names] == [
        f"{position:02}" for position in range(1, 9)
    ]
    assert [files[name] for name in names] == photos
    assert jean.notices() == [jean.notice(8)]
    assert [card["stack"] for card in jean.cards()] == ["Fin de Chantier"]
    assert {card["board"] for card in jean.cards()} == {"ETM Chantiers"}
    assert jean.receipts() == [receipt.text]
    assert "8 photos" in receipt.text


async def test_25_photos_in_three_albums_are_one_report(house: House):
    jean = technician(house, "Braun", "Hoffmann")
    photos = jpegs(25, seed=2)

    await jean.begin()
    for start in (0, 10, 20):
        await jean.person.send_album(photos[start : start + 10])
    await jean.person.sees("25 photos", timeout_s=WAIT_S)
    await jean.submit()

    files = jean.files()
    assert [files[name] for name in sorted(files)] == photos
    assert jean.notices() == [jean.notice(25)]
    assert len(jean.cards()) == 1
    assert len(jean.receipts()) == 1


async def test_siblings_that_come_six_seconds_late_join_their_report(house: House):
    jean = technician(house, "Lang", "Zimmermann")
    photos = jpegs(5, seed=3)

    await jean.begin()
    await jean.person.send_album(photos, late={3: 6, 4: 6})
    await jean.receipt()
    await house.telegram.settled()
    await until(lambda: len(jean.files()) == 5, what="the late photos")
    await until(lambda: jean.notices() == [jean.notice(5)], what="the corrected notice")
    await jean.person.sees("5 photos →", timeout_s=WAIT_S)

    assert sorted(jean.files().values()) == sorted(photos)
    assert len(jean.cards()) == 1
    assert len(jean.receipts()) == 1
    assert "5 photos" in jean.receipts()[0]


async def test_every_update_delivered_twice_changes_nothing(house: House):
    jean = technician(house, "Roth", "Fischer")
    twice = house.telegram.faults.duplicate_updates()

    await jean.report(jpegs(3, seed=4))
    twice.remove()

    assert len(jean.files()) == 3
    assert jean.notices() == [jean.notice(3)]
    assert len(jean.cards()) == 1
    assert len(jean.receipts()) == 1


async def test_two_reports_from_one_chantier_are_two(house: House):
    """The same chantier twice: other photos, another card, another notice."""
    jean = technician(house, "Wolf", "Baumann")
    photos = jpegs(4, seed=5)

    await jean.report(photos[:2])
    await jean.report(photos[2:])
    await until(lambda: len(jean.notices()) == 2, what="the second notice")

    assert sorted(jean.files().values()) == sorted(photos)
    assert jean.notices() == [jean.notice(2)] * 2
    assert len(jean.cards()) == 2
