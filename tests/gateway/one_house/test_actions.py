"""The three things to report, from the button to the notice."""

import httpx
import pytest

from contracts.actions import PARIS
from tests.gateway.house import House
from tests.gateway.notifier_peer import read

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_album_becomes_files_a_card_a_notice_and_a_receipt(
    house: House, gateway: httpx.AsyncClient
):
    sent = house.photos(8)
    await house.choose_chantier()
    await house.jean.send_album(sent, caption="Pose terminée")
    await house.jean.sees("📥 8 photos reçues — Müller")
    await house.submit()

    folder = "Chantiers/20260325_Müller/30_Photos_Chantier"
    files = house.files()
    assert sorted(files.values()) == sorted(sent)
    assert {path.rpartition("/")[0] for path in files} == {folder}
    assert [path.rpartition("/")[2][:9] for path in sorted(files)] == [
        f"photo_{n:02d}_" for n in range(1, 9)
    ]
    [card] = house.cards()
    assert (card["board"], card["stack"]) == ("ETM Chantiers", "Fin de Chantier")
    assert "Pose terminée" in card["description"]
    assert house.notifier.texts == [
        f"✅ Fin de chantier\n👷 {house.jean.profile.name}\n🏠 Chantier : Müller\n"
        f"📸 8 photos archivées → Nextcloud/{folder}/\n"
        "💶 Tu peux préparer la facture finale."
    ]


async def test_a_fault_is_filed_by_day_and_client_and_told_to_the_sav_group(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin("Alerte SAV")
    await house.jean.press("Müller")
    await house.jean.sees("Décris la panne")
    album = await house.jean.send_album(house.photos(2))
    await house.jean.sees("2 photos reçues — Müller")
    answer = await house.jean.press("Envoyer")
    assert "Il manque la description" in (answer.text or "")
    await house.jean.send("onduleur Fronius affiche erreur 567")
    await house.jean.sees("📝 onduleur Fronius")
    await house.submit()

    folder = f"SAV_Urgent/{album[0].date.astimezone(PARIS):%Y-%m-%d}_Müller"
    assert {path.rpartition("/")[0] for path in house.files()} == {folder}
    [[notice]] = house.notifier.notices.values()
    assert notice.group == "sav"
    assert read(notice) == (
        f"🚨 Alerte SAV\n👷 {house.jean.profile.name}\n🏠 Chantier : Müller\n"
        "📝 onduleur Fronius affiche erreur 567\n"
        f"📸 2 photos → Nextcloud/{folder}/"
    )
    assert [media.path for media in notice.media] == sorted(house.files())
    assert all(media.file_id for media in notice.media)
    assert house.cards()[0]["stack"] == "SAV"


async def test_missing_material_is_listed_for_the_storekeeper(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin("Matériel manquant")
    await house.jean.sees("Quel chantier")
    await house.jean.send("Müller / - cuivre 28mm - disconnecteur - soupape anti-gel")
    await house.jean.sees("Noté — Müller")
    await house.jean.press("Envoyer")
    receipt = await house.jean.sees("Rapport enregistré — Müller")
    assert "📦 3 articles" in receipt.text

    [[notice]] = house.notifier.notices.values()
    assert notice.group == "magasinier"
    assert read(notice) == (
        f"📦 Matériel manquant\n👷 {house.jean.profile.name}\n🏠 Chantier : Müller\n"
        "• cuivre 28mm\n• disconnecteur\n• soupape anti-gel"
    )
    [card] = house.cards()
    assert card["stack"] == "Matériel"
    assert house.files() == {}


async def test_a_text_sent_first_becomes_the_report_it_describes(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("Weber / erreur 102 au démarrage")
    await house.jean.sees("C'est pour quoi")
    await house.jean.press("Alerte SAV")
    await house.jean.sees("📝 erreur 102 au démarrage")
    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré — Weber")

    [[notice]] = house.notifier.notices.values()
    assert "🏠 Chantier : Weber\n📝 erreur 102 au démarrage" in read(notice)


async def test_a_text_between_photos_and_the_action_describes_the_report(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send_album(house.photos(2), caption="Pompe à chaleur")
    await house.jean.sees("je garde tout")
    await house.jean.send("fuite au raccord")
    await house.jean.press("Alerte SAV")
    await house.jean.press("Müller")
    await house.jean.sees("2 photos reçues — Müller")

    await house.submit()

    [report] = await house.reports(gateway)
    assert report["description"] == "Pompe à chaleur\nfuite au raccord"


async def test_a_list_of_which_only_the_name_is_left_is_asked_for_again(
    house: House, gateway: httpx.AsyncClient
):
    """The chantier stood on the storekeeper's list."""
    await house.begin("Matériel manquant")
    await house.jean.sees("Quel chantier")
    told = await house.jean.send("Weber / - cuivre 28mm")
    await house.jean.sees("Noté — Weber")

    await house.jean.edit(told, "Weber")
    await house.until_described(gateway, "")

    answer = await house.jean.press("Envoyer")
    assert "Il manque la liste" in (answer.text or "")


async def test_a_list_wiped_out_while_it_is_filed_is_told_as_that(
    house: House, gateway: httpx.AsyncClient
):
    """A list without an item is no notice: the report would wait for ever."""
    await house.begin("Matériel manquant")
    await house.jean.sees("Quel chantier")
    told = await house.jean.send("Weber / - cuivre 28mm")
    await house.jean.sees("Noté — Weber")
    house.nextcloud.faults.fail(503, times=None)
    await house.jean.press("Envoyer")
    await house.until_step(gateway, "card", "waiting")

    await house.jean.edit(told, "-")
    await house.until_described(gateway, "-")
    house.nextcloud.faults.clear()

    await house.jean.sees("Rapport enregistré")
    [[notice]] = house.notifier.notices.values()
    assert read(notice).endswith("\n• (effacé)")


async def test_a_fault_whose_caption_is_removed_while_it_is_filed_is_told_as_that(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin("Alerte SAV")
    await house.jean.send("Weber")
    await house.jean.sees("Décris la panne")
    photo = await house.jean.send_photo(house.jpeg(1), caption="erreur 567")
    await house.jean.sees("📝")
    house.nextcloud.faults.fail(503, times=None)
    await house.jean.press("Envoyer")
    await house.until_step(gateway, "photos", "waiting")

    await house.jean.edit(photo, "")
    await house.until_described(gateway, "")
    house.nextcloud.faults.clear()

    await house.jean.sees("Rapport enregistré")
    [[notice]] = house.notifier.notices.values()
    assert "\n📝 (effacé)\n📸 1 photo" in read(notice)
