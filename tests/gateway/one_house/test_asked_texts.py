"""A text that no chantier is called, while its technician is asked whether it names a new one."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from gateway.texts import STALE
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASKED = "c'est un nouveau chantier"


@pytest.mark.parametrize("way", ["/start", "another action"])
async def test_it_is_told_in_the_report_that_is_begun_instead(
    house: House, gateway: httpx.AsyncClient, way: str
):
    older = await house.jean.send("/start")
    menu = await house.jean.sees("Bonjour", after=older)
    newer = await house.jean.send("/start")
    listed = await house.jean.sees("Bonjour", after=newer)
    await house.jean.press("Fin de chantier", on=listed)
    await house.jean.send("onduleur HS")
    await house.jean.sees(ASKED)

    if way == "/start":
        await house.jean.send("/start")
        menu = await house.jean.sees("Bien reçu, je garde tout. C'est pour quoi")
    await house.jean.press("Alerte SAV", on=menu)
    await house.jean.press("Müller", on=menu)
    await house.jean.sees("📝 Noté — Müller\n📝 onduleur HS")
    await house.submit()

    [report] = await house.reports(gateway)
    assert report["description"] == "onduleur HS"


async def test_a_name_that_is_typed_again_after_start_is_no_remark(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.sees("Quel chantier")
    await house.jean.send("Zimmermann")
    await house.jean.sees(ASKED)
    await house.jean.send("/start")
    await house.jean.press("Fin de chantier")
    await house.jean.sees("Quel chantier")
    await house.jean.send("zimmermann")
    await house.jean.press("Nouveau\u00a0: zimmermann")
    await house.jean.sees("zimmermann\nEnvoie tes photos")
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue — zimmermann")
    await house.submit()

    [report] = await house.reports(gateway)
    assert report["description"] == ""


async def test_an_edited_remark_is_noted_as_it_reads_now(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin("Alerte SAV")
    await house.jean.sees("Quel chantier")
    remark = await house.jean.send("onduleur HS")
    await house.jean.sees(f"«\u00a0onduleur HS\u00a0»\u00a0: {ASKED}")

    await house.jean.edit(remark, "onduleur en erreur 567")
    await house.jean.sees(f"«\u00a0onduleur en erreur 567\u00a0»\u00a0: {ASKED}")
    await house.jean.press("note-le")
    await house.jean.edit(remark, "onduleur en erreur 568")
    await house.jean.press("Müller")
    await house.jean.sees("📝 onduleur en erreur 568")
    await house.submit()

    [report] = await house.reports(gateway)
    assert report["description"] == "onduleur en erreur 568"


@pytest.mark.parametrize(
    ("typed", "edited"),
    [
        ("Kreuser", "Kreutzer"),
        ("Hofsteter", "Hofstetter / toit fini"),
        ("Wber à Colmar", "Weber"),
        ("Wber à Colmar", "Weber / toit fini"),
    ],
)
async def test_an_edited_name_is_taken_as_it_reads_now(
    house: House, gateway: httpx.AsyncClient, typed: str, edited: str
):
    client, _, noted = edited.partition(" / ")
    await house.begin()
    await house.jean.sees("Quel chantier")
    name = await house.jean.send(typed)
    await house.jean.sees(ASKED)

    await house.jean.edit(name, edited)
    if client != "Weber":
        await house.jean.press(f"Nouveau\u00a0: {client}")
    await house.jean.sees(f"Fin de chantier — {client}")
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees(f"1 photo reçue — {client}")
    await house.submit()

    [report] = await house.reports(gateway)
    assert (report["chantier"], report["description"]) == (client, noted)


async def test_a_remark_edited_below_its_name_is_not_asked_about_twice(
    house: House, gateway: httpx.AsyncClient
):
    house.telegram.faults.duplicate_updates()
    await house.begin()
    await house.jean.sees("Quel chantier")
    told = await house.jean.send("Schnebelen / toit fini")
    await house.jean.sees(ASKED)

    await house.jean.edit(told, "Schnebelen / toit et câbles finis")
    await house.jean.edit(told, "Schnebelen / tout est fini")
    await house.jean.press("Nouveau")
    await house.jean.sees("📝 tout est fini")
    await house.jean.press("Annuler")

    assert sum(ASKED in "".join(m.earlier) for m in house.jean.chat) == 1


async def test_a_name_that_was_asked_for_is_replaced_by_quite_another(
    house: House, gateway: httpx.AsyncClient
):
    """Under the list it may have been a remark."""
    await house.begin("Alerte SAV")
    await house.jean.press("saisie manuelle")
    await house.jean.sees("Écris le nom")
    await house.jean.send("Baumgartner")
    await house.jean.sees(ASKED)
    await house.jean.send("Weber")

    await house.jean.sees("Weber\nDécris la panne")
    await house.jean.send("erreur 567")
    await house.jean.sees("📝 Noté — Weber\n📝 erreur 567")
    await house.submit()


async def test_a_new_name_that_was_asked_about_for_days_is_no_remark(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.sees("Quel chantier")
    await house.jean.send("Steinbach", at=datetime.now(UTC) - timedelta(days=2))
    await house.jean.press("Nouveau")
    await house.jean.sees("Steinbach\nEnvoie tes photos")
    photo = await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue", after=photo)
    await house.submit()

    assert not any("J'ai aussi gardé" in m.text for m in house.jean.chat)


@pytest.mark.parametrize(
    ("typed", "noted"),
    [("onduleur HS", "onduleur HS"), ("muler / onduleur HS", "onduleur HS")],
)
async def test_a_chantier_is_chosen_from_the_list_above_the_question(
    house: House, gateway: httpx.AsyncClient, typed: str, noted: str
):
    """He was told to begin anew."""
    await house.begin("Alerte SAV")
    listed = await house.jean.sees("Quel chantier")
    await house.jean.send(typed)
    asked = await house.jean.sees("»\u00a0: c'est")

    await house.jean.press("Weber", on=listed)
    answer = await house.jean.press("Nouveau", on=asked)
    await house.submit()

    assert answer.text == STALE
    [report] = await house.reports(gateway)
    assert (report["chantier"], report["description"]) == ("Weber", noted)


async def test_an_edited_name_is_asked_about_when_telegram_answers_again(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.sees("Quel chantier")
    name = await house.jean.send("Ostertak")
    await house.jean.sees(ASKED)
    house.telegram.faults.internal_error("messages.sendMessage", times=5)

    await house.jean.edit(name, "Ostertag")
    await house.jean.sees(f"«\u00a0Ostertag\u00a0»\u00a0: {ASKED}", timeout_s=20)
    await house.jean.press("Nouveau\u00a0: Ostertag")

    await house.jean.sees("Fin de chantier — Ostertag")
