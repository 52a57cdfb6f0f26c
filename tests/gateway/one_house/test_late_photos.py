"""Photos that come late, while something else happens to their album."""

import httpx
import pytest
from sqlalchemy import update

from gateway.database import messages
from gateway.received import DISCARDED
from gateway.texts import ALREADY_SENT
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = {"quiet_s": 1.0}


async def test_a_sibling_of_a_deleted_photo_joins_the_report_of_the_others(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    deleted, _kept = await house.jean.send_album(house.photos(3), late={2: 2.5})
    await house.jean.sees("2 photos reçues")
    house.telegram.faults.expire_file_references()
    await house.jean.delete(deleted)
    await house.jean.sees("📸 1 photo →")

    await house.jean.sees("📸 2 photos →")

    assert sorted(house.files().values()) == sorted(house.photos(3)[1:])


async def test_a_sibling_found_by_the_second_of_two_closes_is_filed(
    house: House, gateway: httpx.AsyncClient
):
    """The quiet time ends, the button is pressed: both look for siblings, and the later look finds one more."""
    await house.choose_chantier()
    slow = house.telegram.faults.flood_wait("messages.getMessages", 2)
    await house.jean.send_album(house.photos(3), late={2: 2.0})
    await house.until(lambda: slow.struck == 1)
    await house.jean.press("Envoyer")
    await house.jean.sees("📸 2 photos →")
    silence = house.telegram.faults.silence()

    await house.jean.sees("📸 3 photos →")

    silence.remove()
    await house.until_filed(gateway)
    assert sorted(house.files().values()) == sorted(house.photos(3))


async def test_a_sibling_of_photos_that_are_all_deleted_joins_their_report(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    [deleted] = await house.jean.send_album(house.photos(2), late={1: 2.5})
    await house.jean.sees("1 photo reçue")
    house.telegram.faults.expire_file_references()
    await house.jean.delete(deleted)
    await house.jean.sees("Aucune photo archivée")

    await house.jean.sees("📸 1 photo →")

    assert list(house.files().values()) == [house.jpeg(2)]


async def test_a_sibling_of_a_photo_that_an_earlier_version_withdrew_joins_the_others(
    house: House, gateway: httpx.AsyncClient
):
    """That version did not keep whose the withdrawn one was."""
    await house.choose_chantier()
    withdrawn, _kept = await house.jean.send_album(house.photos(3), late={2: 4.0})
    await house.jean.sees("📸 2 photos →")
    await house.until_filed(gateway)
    async with house.parts.engine.begin() as db:
        await db.execute(
            update(messages)
            .where(messages.c.message_id == withdrawn.id)
            .values(report_id=DISCARDED)
        )

    await house.until(lambda: len(house.files()) == 3)
    await house.until_filed(gateway)

    assert sorted(house.files().values()) == sorted(house.photos(3))


async def test_a_notice_on_its_way_does_not_overtake_its_correction(
    house: House, gateway: httpx.AsyncClient
):
    house.notifier.slow_s = 4.0
    await house.choose_chantier()
    await house.jean.send_album(house.photos(2))
    await house.until(lambda: house.notifier.slow_s == 0)
    await house.jean.send_photo(house.jpeg(3))
    await house.until(lambda: len(house.files()) == 3)
    await house.until(lambda: [len(n) for n in house.notifier.notices.values()] == [2])

    assert "📸 3 photos archivées" in house.notifier.texts[0]
    await house.until_filed(gateway)


async def test_a_photo_late_to_a_fault_whose_description_was_deleted_is_filed(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin("Alerte SAV")
    await house.jean.press("Müller")
    await house.jean.sees("Décris la panne")
    told, _ = await house.jean.send_album(house.photos(2), "erreur 567")
    await house.jean.sees("📸 2 photos →")
    await house.until_filed(gateway)
    await house.jean.edit(told, "")
    await house.jean.send_photo(house.jpeg(3))

    await house.jean.sees("📸 3 photos →")

    await house.until_filed(gateway)
    await house.until_step(gateway, "history", "done")
    assert sorted(house.files().values()) == sorted(house.photos(3))
    [notice] = house.notifier.texts
    assert "📝 (effacé)" in notice


async def test_who_presses_while_quiet_closes_his_report_is_asked_for_nothing_and_done_with_it(
    house: House, gateway: httpx.AsyncClient
):
    """His press looked for siblings for longer than the quiet time lasted; he read that a photo was missing."""
    await house.choose_chantier()
    slow = house.telegram.faults.flood_wait("messages.getMessages", 2)
    await house.jean.send_album(house.photos(2))

    answer = await house.jean.press("Envoyer")

    await house.jean.sees("📸 2 photos →")
    await house.jean.send_photo(house.jpeg(3))

    await house.jean.sees("C'est pour quoi")
    assert (slow.struck, answer.text) == (1, ALREADY_SENT)
