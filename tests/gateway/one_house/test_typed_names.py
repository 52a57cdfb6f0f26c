"""A chantier that was typed while nobody could say which ones there are."""

import httpx
import pytest

from contracts.actions import PARIS
from contracts.notices import NoticeStatus
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"list_wait_s": 0.3}


async def typed_without_a_list(
    house: House, name: str, action: str = "Fin de chantier"
) -> str:
    """Let Jean type *name* while storage is away, and send his report; the day of a new folder."""
    house.storage.shut = True
    await house.begin(action)
    await house.jean.sees("ne répond pas")
    await house.jean.send(name)
    await house.jean.sees(f"{name}\n")
    if action != "Fin de chantier":
        await house.jean.send("- erreur 567")
        await house.jean.sees("📝")
    photo = await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees(f"1 photo reçue — {name}")
    await house.jean.press("Envoyer")
    await house.jean.sees(f"⏳ Rapport gardé (1 photo) — {name}", timeout_s=20)
    house.storage.shut = False
    return f"{photo.date.astimezone(PARIS):%Y%m%d}"


def told(house: House) -> str:
    """All that was made of the report outside: its card and its notice."""
    [card], [notice] = house.cards(), house.notifier.texts
    return f"{card['title']}\n{card['description']}\n{notice}"


@pytest.mark.parametrize(
    "typed",
    [
        "muller",
        pytest.param("Müller", marks=pytest.mark.slow),
        pytest.param("MÜLLER", marks=pytest.mark.slow),
        pytest.param("20260325_Müller", marks=pytest.mark.slow),
    ],
)
async def test_the_existing_folder_is_found_when_storage_is_back(
    house: House, gateway: httpx.AsyncClient, typed: str
):
    await typed_without_a_list(house, typed)

    receipt = await house.jean.sees("Rapport enregistré — Müller", timeout_s=20)
    await house.until_filed(gateway)
    [path] = house.files()
    folder = "Chantiers/20260325_Müller/30_Photos_Chantier"
    assert path.startswith(f"{folder}/")
    assert f"→ {folder}/" in receipt.text
    assert (
        f"🏠 «\u00a0{typed}\u00a0»\u00a0: rangé avec le chantier existant "
        "Müller — 25/03/2026." in receipt.text
    )
    [report] = await house.reports(gateway)
    assert (report["chantier"], report["folder"]) == ("Müller", folder)
    assert f"Nextcloud/{folder}/" in told(house)
    assert told(house).count("Müller") >= 3
    assert typed == "Müller" or typed not in told(house).replace(folder, "")


async def test_a_fault_goes_by_the_name_that_the_client_has(
    house: House, gateway: httpx.AsyncClient
):
    """Two chantiers of one client are no question where the folder is the client's."""
    for day in ("20240110", "20260102"):
        house.nextcloud.make_folder(f"Chantiers/{day}_Hervé")
    await typed_without_a_list(house, "herve", "Alerte SAV")

    await house.jean.sees("Rapport enregistré — Hervé", timeout_s=20)
    await house.until_step(gateway, "history", "done")

    [path] = house.files()
    assert path.partition("/photo")[0].endswith("_Hervé")
    [said] = house.knowledge.documents.values()
    assert said[-1].title.startswith("SAV Hervé — ")


async def test_what_is_only_near_stays_new_and_is_told(
    house: House, gateway: httpx.AsyncClient
):
    day = await typed_without_a_list(house, "Mullr")

    receipt = await house.jean.sees("Rapport enregistré — Mullr", timeout_s=20)

    [path] = house.files()
    assert path.startswith(f"Chantiers/{day}_Mullr/")
    assert (
        "🏠 Rangé sous «\u00a0Mullr\u00a0», comme tu l'as écrit. "
        "Si c'est Müller — 25/03/2026, préviens le bureau." in receipt.text
    )


async def test_of_two_chantiers_of_that_name_none_is_taken(
    house: House, gateway: httpx.AsyncClient
):
    for day in ("20240110", "20260102"):
        house.nextcloud.make_folder(f"Chantiers/{day}_Durand")
    day = await typed_without_a_list(house, "durand")

    receipt = await house.jean.sees("Rapport enregistré — durand", timeout_s=20)

    [path] = house.files()
    assert path.startswith(f"Chantiers/{day}_durand/")
    assert "Si c'est Durand — 02/01/2026 ou Durand — 10/01/2024," in receipt.text


async def test_what_is_like_no_other_is_new_and_needs_no_word(
    house: House, gateway: httpx.AsyncClient
):
    day = await typed_without_a_list(house, "Zimmermann")

    receipt = await house.jean.sees("Rapport enregistré — Zimmermann", timeout_s=20)

    [path] = house.files()
    assert path.startswith(f"Chantiers/{day}_Zimmermann/")
    assert "🏠" not in receipt.text


async def test_the_folder_once_chosen_is_kept(house: House, gateway: httpx.AsyncClient):
    """A retry looks no second time, whatever has come to be called the same meanwhile."""
    house.notifier.outcome = NoticeStatus.FAILED
    day = await typed_without_a_list(house, "Dupont")
    await house.jean.sees("le groupe n'a pas pu être prévenu", timeout_s=20)
    house.nextcloud.make_folder("Chantiers/20260401_DUPONT")
    house.notifier.outcome = NoticeStatus.DELIVERED
    [report] = await house.reports(gateway)

    await gateway.post(f"/gateway/reports/{report['report_id']}/retry")
    await house.jean.sees("Rapport enregistré — Dupont")

    [path] = house.files()
    assert path.startswith(f"Chantiers/{day}_Dupont/")
