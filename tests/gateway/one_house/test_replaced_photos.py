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


async def test_a_photo_replaced_after_it_was_filed_is_filed_beside_it(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    first, _other = await house.jean.send_album(house.photos(2))
    await house.jean.sees("📸 2 photos →")
    await house.until_filed(gateway)
    await house.jean.replace_photo(first, house.jpeg(3))
    await house.until(lambda: len(house.files()) == 3)

    assert sorted(house.files().values()) == sorted(house.photos(3))
