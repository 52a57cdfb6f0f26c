"""Photos that a technician replaces in the message that he has sent."""

import httpx
import pytest

from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = {"quiet_s": 0.3}


async def test_a_photo_replaced_before_the_report_is_sent_is_the_one_that_is_filed(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    wrong = await house.jean.send_photo(house.jpeg(1), caption="coté sud")
    await house.jean.sees("coté sud")
    await house.jean.replace_photo(wrong, house.jpeg(2))
    await house.jean.edit(wrong, "côté sud")
    await house.jean.sees("côté sud")
    await house.submit()

    assert list(house.files().values()) == [house.jpeg(2)]


async def test_a_text_that_was_made_a_photo_is_filed(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    text = await house.jean.send("côté sud")
    await house.jean.sees("côté sud")
    await house.jean.replace_photo(text, house.jpeg(1))
    await house.jean.sees("1 photo reçue")
    await house.submit()

    assert list(house.files().values()) == [house.jpeg(1)]


async def test_a_photo_replaced_while_nextcloud_is_away_holds_nothing_up(
    house: House, gateway: httpx.AsyncClient
):
    """Its reference expires meanwhile, and its message has a photo of another size."""
    await house.choose_chantier()
    away = house.nextcloud.faults.fail(503, times=None)
    _kept, wrong = await house.jean.send_album(house.photos(2))
    await house.jean.sees("Rapport gardé")
    house.telegram.faults.expire_file_references()
    await house.jean.replace_photo(wrong, house.jpeg(3) + b"longer")
    away.times = 0
    await house.jean.sees("📸 2 photos →")
    await house.until_filed(gateway)

    filed = sorted([house.jpeg(1), house.jpeg(3) + b"longer"])
    assert sorted(house.files().values()) == filed


async def test_a_photo_replaced_after_it_was_filed_is_one_more_wherever_they_are_counted(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    first, _other = await house.jean.send_album(house.photos(2))
    await house.jean.sees("📸 2 photos →")
    await house.until_filed(gateway)
    await house.jean.replace_photo(first, house.jpeg(3))
    await house.jean.sees("📸 3 photos →")
    await house.until_filed(gateway)

    assert sorted(house.files().values()) == sorted(house.photos(3))
    [card], [notice], [report] = (
        house.cards(),
        house.notifier.texts,
        await house.reports(gateway),
    )
    assert "📸 3 photos →" in card["description"]
    assert "📸 3 photos archivées →" in notice
    assert report["photos"] == 3


async def test_a_photo_replaced_while_it_is_being_filed_is_one_more(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    slow = house.nextcloud.faults.slow(1.5, method="PUT", times=1)
    wrong = await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue")
    await house.jean.press("Envoyer")
    await house.until(lambda: slow.hits == 1)
    await house.jean.replace_photo(wrong, house.jpeg(2))
    await house.jean.sees("📸 2 photos →")
    await house.until_filed(gateway)

    assert sorted(house.files().values()) == sorted(house.photos(2))
    assert "📸 2 photos →" in house.cards()[0]["description"]
    assert "📸 2 photos archivées →" in house.notifier.texts[0]


@pytest.mark.slow
async def test_a_photo_whose_replacement_was_not_told_is_filed_once(
    house: House, gateway: httpx.AsyncClient
):
    """Its message, asked for a fresh reference, holds another one."""
    await house.choose_chantier()
    away = house.nextcloud.faults.fail(503, times=None)
    wrong, _kept = await house.jean.send_album(house.photos(2))
    await house.jean.sees("Rapport gardé")
    silence = house.telegram.faults.silence()
    house.telegram.faults.expire_file_references()
    await house.jean.replace_photo(wrong, house.jpeg(3))
    away.times = 0
    await house.jean.sees("📸 2 photos →")
    silence.remove()
    await house.jean.send("/start")
    await house.jean.sees("Bonjour")
    await house.until_filed(gateway)

    assert sorted(house.files().values()) == sorted(house.photos(3)[1:])


async def test_a_photo_that_replaced_another_and_was_deleted_is_filed_all_the_same(
    house: House, gateway: httpx.AsyncClient
):
    """Telegram still gives it: gone is only the one that it replaced."""
    await house.choose_chantier()
    wrong = await house.jean.send_photo(house.jpeg(1))
    await house.jean.send_photo(house.jpeg(2))
    await house.jean.sees("2 photos reçues")
    house.telegram.faults.expire_file_references()
    slow = house.telegram.faults.flood_wait("messages.getMessages", 1)
    await house.jean.press("Envoyer")
    await house.until(lambda: slow.struck > 0)
    await house.jean.replace_photo(wrong, house.jpeg(3))
    await house.jean.delete(wrong)
    await house.jean.sees("📸 2 photos →")
    await house.until_filed(gateway)

    assert sorted(house.files().values()) == sorted(house.photos(3)[1:])
    [report] = await house.reports(gateway)
    assert report["photos"] == 2
