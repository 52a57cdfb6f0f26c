"""What the bot answers before there is a report."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from contracts.actions import Action
from gateway.texts import (
    ALREADY_SENT,
    CANCELLED,
    KEPT_WHAT_IS_IT,
    NEEDS,
)
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


async def test_a_text_out_of_the_blue_gets_the_menu_and_is_not_noted(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("salut")

    greeting = await house.jean.sees("Bonjour Jean")
    assert greeting.labels
    assert "n'est pas noté" in greeting.text


async def test_a_text_after_the_button_is_not_lost_without_a_word(
    house: House, gateway: httpx.AsyncClient
):
    await house.report_fault("erreur 567")
    receipt = await house.jean.sees("Rapport enregistré")

    await house.jean.send("c'est le deuxième onduleur")

    await house.jean.sees("n'est pas noté", after=receipt)


async def test_help_is_given(house: House, gateway: httpx.AsyncClient):
    await house.jean.send("/aide")

    await house.jean.sees("✅ Envoyer")


async def test_photos_before_an_action_are_kept_and_asked_about_once(
    house: House, gateway: httpx.AsyncClient
):
    sent = house.photos(3)
    await house.jean.send_album(sent)
    question = (await house.jean.sees("C'est pour quoi")).text

    await house.jean.press("Fin de chantier")
    await house.jean.press("Müller")
    await house.jean.sees("📥 3 photos reçues — Müller")
    await house.submit()

    assert sorted(house.files().values()) == sorted(sent)
    asked = [m for m in house.jean.chat if m.from_bot and question in m.earlier]
    assert len(asked) == 1


async def test_the_caption_names_the_chantier_of_photos_sent_first(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send_album(house.photos(2), caption="Weber / toit fini", on=1)
    await house.jean.press("Fin de chantier")
    await house.jean.sees("📥 2 photos reçues — Weber\n📝 toit fini")


async def test_sending_without_a_photo_gets_a_helpful_word(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    said = len(house.jean.chat)

    answers = [await house.jean.press("Envoyer") for _ in range(3)]

    assert {answer.text for answer in answers} == {NEEDS[Action.FIN]}
    assert len(house.jean.chat) == said


async def test_a_description_alone_is_no_finished_job(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send("toit terminé")
    noted = await house.jean.sees("📝 Noté — Müller\n📝 toit terminé")

    answer = await house.jean.press("Envoyer")

    assert answer.text == NEEDS[Action.FIN]
    assert noted.text.endswith(NEEDS[Action.FIN])


async def test_buttons_act_on_the_report_that_they_stand_under(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    asked = await house.jean.sees("Envoie tes photos")
    first = await house.jean.send_photo(house.jpeg(1))
    await house.jean.press("Envoyer", on=await house.jean.sees("1 photo reçue"))
    await house.jean.sees("Rapport enregistré", after=first)
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(2))
    await house.jean.sees("1 photo reçue")

    answers = await asyncio.gather(
        *(house.jean.press(label, on=asked) for label in ("Annuler", "Envoyer"))
    )

    assert [answer.text for answer in answers] == [ALREADY_SENT, ALREADY_SENT]
    await house.until(lambda: asked.labels == [])
    assert "Envoie tes photos" in asked.text
    statuses = {report["status"] for report in await house.reports(gateway)}
    assert statuses == {"open", "filed"}
    await house.jean.press("Envoyer")
    await house.jean.sees("Rapport enregistré", after=asked)


async def test_an_older_cancel_leaves_a_newer_choice_alone(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    old = await house.jean.sees("Quel chantier")
    await house.choose_chantier()

    answer = await house.jean.press("Annuler", on=old)

    assert "/start" in (answer.text or "")
    await house.until(lambda: old.labels == [])
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue — Müller")


async def test_what_cannot_be_filed_gets_a_helpful_word_and_is_in_no_report(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    for sent, answer in (
        (house.jean.send_sticker(), "Je ne sais pas ranger ça (autocollant"),
        (house.jean.send_voice(), "messages vocaux. Écris plutôt un message"),
        (house.jean.send_location(48.58, 7.75), "Envoie une photo"),
        (house.jean.send_contact("+33600000000", "Marie"), "position, contact"),
        (house.jean.send_poll("Quand ?", "lundi", "mardi"), "sondage…"),
    ):
        await house.jean.sees(answer, after=await sent)

    assert await house.reports(gateway) == []


async def test_a_round_video_is_filed_as_a_video(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_video_note(b"\0\0\0 ftypmp42")
    await house.jean.sees("1 vidéo reçue — Müller")
    await house.submit()

    [path] = house.files()
    assert (path.rpartition("/")[2][:9], path[-4:]) == ("video_01_", ".mp4")


async def test_an_empty_file_is_not_kept_and_asked_for_again(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_document(b"", "rapport.pdf", "application/pdf")
    await house.jean.sees("« rapport.pdf » est vide (0 octet)")

    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue — Müller")
    await house.submit()

    assert list(house.files().values()) == [house.jpeg(1)]


async def test_cancelling_drops_the_report_and_says_so(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_album(house.photos(2))
    await house.jean.sees("2 photos reçues")

    await house.jean.press("Annuler")

    await house.jean.sees("Rien n'est enregistré")
    assert house.files() == {}
    assert [report["status"] for report in await house.reports(gateway)] == [
        "cancelled"
    ]
    await house.jean.send("/annuler")
    await house.jean.sees("rien à annuler")


async def test_cancelling_from_the_question_above_says_so_at_once(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    asked = await house.jean.sees("Envoie tes photos")
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue")

    answer = await house.jean.press("Annuler", on=asked)

    assert (answer.text, answer.alert) == (CANCELLED, False)
    await house.until(lambda: asked.labels == [])
    await house.jean.sees("Rien n'est enregistré")


async def test_a_report_left_unsent_is_named_at_the_next_start_and_cancel(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue")

    await house.jean.send("/start")

    greeting = await house.jean.sees("Ton rapport Müller n'est pas parti")
    await house.jean.send("/annuler")
    told = await house.jean.sees("Ton rapport Müller n'est pas parti", after=greeting)
    assert "rien à annuler" not in told.text
    await house.submit()


async def test_a_report_left_for_another_is_named_by_each_greeting(
    house: House, gateway: httpx.AsyncClient
):
    """The second was sent; what followed it heard nothing of the first."""
    await house.begin()
    await house.jean.press("Weber")
    await house.jean.sees("Envoie tes photos")
    await house.jean.send_photo(house.jpeg(1))
    first = await house.jean.sees("1 photo reçue — Weber")
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(2))
    await house.jean.sees("1 photo reçue — Müller")
    await house.submit()

    await house.jean.send("oublie le disconnecteur")

    await house.jean.sees("Ton rapport Weber n'est pas parti")
    await house.jean.press("Annuler", on=first)
    await house.jean.sees("Rien n'est enregistré")


async def test_who_sends_photos_before_he_chose_the_chantier_hears_that_they_are_kept(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.sees("Quel chantier")
    await house.jean.send_album(house.photos(3))
    await house.jean.sees("Il me faut encore le chantier")
    await house.jean.press("Müller")
    await house.jean.sees("3 photos reçues — Müller")

    said = [m.text for m in house.jean.chat if "Il me faut encore" in m.text]
    assert len(said) == 1


async def test_photos_are_asked_about_though_older_ones_never_were_claimed(
    house: House, gateway: httpx.AsyncClient
):
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await house.jean.send_photo(house.jpeg(1), at=yesterday)
    first = await house.jean.sees(KEPT_WHAT_IS_IT)
    await house.jean.send_photo(house.jpeg(2))

    await house.jean.sees(KEPT_WHAT_IS_IT, after=first)


async def test_who_pressed_another_chantier_by_mistake_gets_back_to_the_list(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.press("Fin de chantier")
    await house.jean.press("Autre chantier")
    await house.jean.sees("Écris le nom du chantier")
    await house.jean.press("Revoir la liste")
    await house.jean.press("Müller")
    await house.jean.sees("1 photo reçue — Müller")
    await house.submit()

    assert list(house.files().values()) == [house.jpeg(1)]


async def test_a_description_without_a_chantier_is_kept_and_the_list_shown(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/ erreur 567")
    await house.jean.press("Alerte SAV")
    await house.jean.press("Müller")
    await house.submit()

    [report] = await house.reports(gateway)
    assert (report["chantier"], report["description"]) == ("Müller", "/ erreur 567")
