"""Photos that Telegram gives only half, under another reference, or no more."""

import httpx
import pytest

from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_expired_file_reference_is_fetched_again(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue")
    house.telegram.faults.expire_file_references()

    await house.submit()

    assert list(house.files().values()) == [house.jpeg(1)]


async def test_a_photo_deleted_before_it_could_be_filed_holds_nothing_up(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    _kept, deleted = await house.jean.send_album(house.photos(2))
    await house.jean.sees("2 photos reçues")
    house.telegram.faults.expire_file_references()
    await house.jean.delete(deleted)

    await house.jean.press("Envoyer")
    await house.jean.sees("✅ Rapport enregistré — Müller\n📸 1 photo →")

    assert list(house.files().values()) == [house.jpeg(1)]
    assert "📸 1 photo archivée →" in house.notifier.texts[0]


async def test_a_report_whose_photos_are_all_gone_asks_for_no_invoice(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    deleted = await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue")
    house.telegram.faults.expire_file_references()
    await house.jean.delete(deleted)

    await house.jean.press("Envoyer")
    await house.jean.sees("✅ Rapport enregistré — Müller\n⚠️ Aucune photo archivée")

    [notice] = house.notifier.texts
    assert "Aucune photo archivée" in notice
    assert "facture" not in notice


async def test_a_truncated_download_is_never_filed(
    house: House, gateway: httpx.AsyncClient
):
    house.telegram.faults.truncate_downloads(100, times=2)
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))

    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré", timeout_s=20)

    assert list(house.files().values()) == [house.jpeg(1)]
