"""What the bot answers before there is a report."""

import httpx

from tests.gateway.house import House, jpeg, photos


async def test_start_greets_by_first_name_and_offers_the_three_actions(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/start")

    greeting = await house.jean.sees("Bonjour Jean")
    assert greeting.labels == [
        "📸 Fin de chantier",
        "⚠️ Alerte SAV",
        "📦 Matériel manquant",
    ]
    assert [row[0].data for row in greeting.buttons] == [b"fin", b"sav", b"materiel"]


async def test_a_text_out_of_the_blue_gets_the_menu(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("salut")

    assert (await house.jean.sees("Bonjour Jean")).labels


async def test_help_is_given(house: House, gateway: httpx.AsyncClient):
    await house.jean.send("/aide")

    await house.jean.sees("✅ Envoyer")


async def test_chantiers_are_offered_newest_first_by_their_label(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/start")
    await house.jean.press("Fin de chantier")

    assert (await house.jean.sees("Quel chantier")).labels == [
        "Müller — 25/03/2026",
        "Weber — 11/03/2026",
        "Boulangerie Roth — 24/02/2026",
        "✏️ Autre chantier (saisie manuelle)",
        "❌ Annuler",
    ]


async def test_the_list_is_paged_and_its_data_hold_no_names(
    house: House, gateway: httpx.AsyncClient
):
    for day in range(1, 21):
        house.nextcloud.make_folder(
            f"Chantiers/202601{day:02d}_{'Très long' * 8} {day}"
        )
    await house.jean.send("/start")
    await house.jean.press("Fin de chantier")
    first = await house.jean.sees("Quel chantier")
    assert len([label for label in first.labels if "/2026" in label]) == 10
    assert "◀ Plus récents" not in first.labels

    await house.jean.press("Plus anciens")
    await house.jean.press("Plus anciens")

    last = await house.jean.sees("Quel chantier")
    assert last.id == first.id
    assert len([label for label in last.labels if "/2026" in label]) == 3
    assert "Plus anciens ▶" not in last.labels
    data = [button.data or b"" for row in last.buttons for button in row]
    assert max(len(one) for one in data) <= 64
    assert not any(b"long" in one for one in data)
    await house.jean.press("02/01/2026")
    await house.jean.sees("Envoie tes photos")


async def test_a_button_of_an_older_list_gets_a_helpful_word(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/start")
    await house.jean.press("Fin de chantier")
    old = await house.jean.sees("Quel chantier")
    await house.jean.send("/start")
    await house.jean.sees("Bonjour")

    answer = await house.jean.press("Müller", on=old)

    assert "/start" in (answer.text or "")


async def test_while_storage_is_down_the_name_is_typed_and_work_goes_on(
    house: House, gateway: httpx.AsyncClient
):
    fault = house.nextcloud.faults.fail(503, times=None)
    await house.jean.send("/start")
    await house.jean.press("Fin de chantier")
    await house.jean.sees("ne répond pas")

    await house.jean.send("Dupont")

    await house.jean.sees("Dupont\nEnvoie tes photos")
    fault.times = 0


async def test_a_close_name_is_proposed_before_a_folder_is_made(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/start")
    await house.jean.press("Fin de chantier")
    await house.jean.press("saisie manuelle")

    await house.jean.send("muler")

    proposal = await house.jean.sees("« muler »")
    assert proposal.labels == [
        "Müller — 25/03/2026",
        "➕ Nouveau : muler",
        "❌ Annuler",
    ]
    await house.jean.press("Müller")
    await house.jean.sees("Müller\nEnvoie tes photos")


async def test_an_exact_name_needs_no_question(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/start")
    await house.jean.press("Fin de chantier")

    await house.jean.send("weber / tableau remplacé")
    await house.jean.sees("📝 Noté — Weber")
    await house.jean.send_photo(jpeg(1))
    await house.jean.sees("1 photo reçue — Weber\n📝 tableau remplacé")
    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré")

    [path] = house.files()
    assert path.startswith("Chantiers/20260311_Weber/30_Photos_Chantier/photo_01_")
    assert "tableau remplacé" in house.nextcloud.cards()[0]["description"]


async def test_a_new_name_makes_a_folder_of_today(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/start")
    await house.jean.press("Fin de chantier")
    await house.jean.press("saisie manuelle")
    await house.jean.send("Zimmermann")
    await house.jean.sees("Zimmermann\nEnvoie tes photos")
    photo = await house.jean.send_photo(jpeg(1))
    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré")

    [path] = house.files()
    assert path.startswith(f"Chantiers/{photo.date:%Y%m%d}_Zimmermann/")


async def test_a_chantier_named_to_escape_stays_inside(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/start")
    await house.jean.press("Fin de chantier")
    await house.jean.send("../../etc")
    await house.jean.sees("Envoie tes photos")
    await house.jean.send_photo(jpeg(1))
    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré")

    [path] = house.files()
    assert path.startswith("Chantiers/")
    assert path.count("/") == 3


async def test_a_chantier_of_300_emoji_is_filed(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/start")
    await house.jean.press("Fin de chantier")
    await house.jean.send("🏠" * 300)
    await house.jean.sees("Envoie tes photos")
    await house.jean.send_photo(jpeg(1))
    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré")

    assert len(house.files()) == 1


async def test_photos_before_an_action_are_kept_and_asked_about_once(
    house: House, gateway: httpx.AsyncClient
):
    sent = photos(3)
    await house.jean.send_album(sent)
    question = (await house.jean.sees("C'est pour quoi ?")).text

    await house.jean.press("Fin de chantier")
    await house.jean.press("Müller")
    await house.jean.sees("📥 3 photos reçues — Müller")
    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré")

    assert sorted(house.files().values()) == sorted(sent)
    asked = [m for m in house.jean.chat if m.from_bot and question in m.earlier]
    assert len(asked) == 1


async def test_the_caption_names_the_chantier_of_photos_sent_first(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send_album(photos(2), caption="Weber / toit fini", on=1)
    await house.jean.press("Fin de chantier")
    await house.jean.sees("📥 2 photos reçues — Weber\n📝 toit fini")


async def test_sending_without_a_photo_gets_a_helpful_word(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()

    await house.jean.press("Envoyer")

    await house.jean.sees("Il manque au moins une photo")


async def test_a_description_alone_is_no_finished_job(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send("toit terminé")
    await house.jean.sees("📝 Noté — Müller\n📝 toit terminé")

    await house.jean.press("Envoyer")

    await house.jean.sees("Il manque au moins une photo")


async def test_sticker_voice_and_place_get_a_helpful_word(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send_sticker()
    await house.jean.sees("Je ne sais pas ranger ça")
    await house.jean.send_voice()
    await house.jean.sees("messages vocaux")
    await house.jean.send_location(48.58, 7.75)

    await house.jean.sees("Je ne sais pas ranger ça")


async def test_cancelling_drops_the_report_and_says_so(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_album(photos(2))
    await house.jean.sees("2 photos reçues")

    await house.jean.press("Annuler")

    await house.jean.sees("Rien n'est enregistré")
    assert house.files() == {}
    [report] = (await gateway.get("/gateway/reports")).json()["items"]
    assert report["status"] == "cancelled"
    await house.jean.send("/annuler")
    await house.jean.sees("rien à annuler")


async def test_a_stranger_is_refused_once_and_nothing_of_his_is_kept(
    house: House, gateway: httpx.AsyncClient
):
    eve = house.telegram.add_user("Eve")

    await eve.send("/start")
    await eve.sees("réservé aux équipes ETM")
    await eve.send_album(photos(2))
    await eve.send("allô ?")
    await house.jean.send("/start")
    await house.jean.sees("Bonjour")

    assert len([m for m in eve.chat if m.from_bot]) == 1
    assert (await gateway.get("/gateway/reports")).json()["items"] == []


async def test_people_listed_by_the_admin_need_no_group(house: House):
    eve = house.telegram.add_user("Eve")

    async with house.gateway(telegram_users=f"{eve.id}"):
        await eve.send("/start")
        await eve.sees("Bonjour Eve")
