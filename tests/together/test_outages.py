"""Story: something is away, nothing is lost, and nobody has to do anything."""

import pytest

from tests.together.away import kept_for_later
from tests.together.house import House
from tests.together.story import jpegs, technician
from tests.waiting import WAIT_S, until

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_photos_sent_while_the_gateway_was_down_are_taken_up_at_its_start(
    house: House,
):
    jean = technician(house, "Sommer", "Lehmann")
    photos = jpegs(6, seed=11)

    await jean.begin()
    await jean.person.sees("Envoie tes photos", timeout_s=WAIT_S)
    await house.stack["gateway"].kill()
    await jean.person.send_album(photos)
    await house.stack["gateway"].start()
    await house.stack["gateway"].answers()
    await jean.person.sees("6 photos", timeout_s=WAIT_S)
    await jean.receipt()

    assert sorted(jean.files().values()) == sorted(photos)
    assert jean.notices() == [jean.notice(6)]
    assert len(jean.receipts()) == 1


@pytest.mark.slow
async def test_nextcloud_down_for_the_whole_report_delays_it_and_no_more(house: House):
    jean = technician(house, "Winter", "Krause")
    photos = jpegs(4, seed=12)

    told = (await kept_for_later(house, jean, photos)).text
    nothing_yet = (jean.files(), jean.notices())
    await house.outside.come()
    await jean.receipt()

    assert "tu n'as rien à refaire" in told
    assert nothing_yet == ({}, [])
    assert sorted(jean.files().values()) == sorted(photos)
    assert jean.notices() == [jean.notice(4)]
    assert len(jean.cards()) == 1


async def test_report_that_finds_nextcloud_full_is_filed_when_there_is_room(
    house: House,
):
    jean = technician(house, "Voll", "Platz")
    photos = jpegs(4, seed=17)
    files = house.nextcloud.files

    await jean.begin()
    await jean.person.send_album(photos)
    await jean.person.sees("4 photos", timeout_s=WAIT_S)
    # Room for two of the four.
    two = sum(len(photo) for photo in photos) * 5 // 8
    files.quota_bytes = files.tree.root.size + two
    try:
        await jean.person.press("Envoyer", timeout_s=WAIT_S)
        told = (await jean.person.sees("Rapport gardé", timeout_s=WAIT_S)).text
        meanwhile, noticed = jean.files(), jean.notices()
    finally:
        files.quota_bytes = None
    await jean.receipt()

    assert "Le serveur est plein. Il sera enregistré tout seul" in told
    assert "tu n'as rien à refaire" in told
    assert (len(meanwhile) < 4, noticed) == (True, [])
    assert sorted(jean.files().values()) == sorted(photos)
    assert jean.notices() == [jean.notice(4)]
    assert (len(jean.cards()), len(jean.receipts())) == (1, 1)


async def test_the_notifier_down_delays_the_notice_alone(house: House):
    jean = technician(house, "Herbst", "Vogel")

    await house.stack["notifier"].kill()
    await jean.begin()
    await jean.person.send_album(jpegs(2, seed=13))
    await jean.person.sees("2 photos", timeout_s=WAIT_S)
    await jean.person.press("Envoyer", timeout_s=WAIT_S)
    await until(lambda: len(jean.files()) == 2, what="the files")
    await house.stack["notifier"].start()
    await jean.receipt()

    assert jean.notices() == [jean.notice(2)]


async def test_cut_connections_to_telegram_are_opened_again(house: House):
    jean = technician(house, "Frühling", "Sauer")

    await jean.begin()
    house.telegram.faults.cut_now()
    await jean.person.send_album(jpegs(3, seed=14))
    await jean.person.sees("3 photos", timeout_s=WAIT_S)
    await jean.submit()

    assert len(jean.files()) == 3
    assert jean.notices() == [jean.notice(3)]
