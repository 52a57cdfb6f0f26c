"""A chantier that is typed while the list of all is there."""

import asyncio

import httpx
import pytest

from contracts.actions import PARIS
from gateway.texts import GOES_ON, NOTED
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_close_name_is_proposed_before_a_folder_is_made(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.press("saisie manuelle")

    await house.jean.send("muler")

    proposal = await house.jean.sees("«\u00a0muler\u00a0»\u00a0: c'est celui-ci\u00a0?")
    assert proposal.labels == [
        "Müller — 25/03/2026",
        "➕ Nouveau\u00a0: muler",
        "📝 Non, note-le dans le rapport",
        "❌ Annuler",
    ]
    await house.jean.press("Müller")
    await house.jean.sees("Müller\nEnvoie tes photos")


async def test_an_exact_name_needs_no_question(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()

    await house.jean.send("weber / tableau remplacé")
    await house.jean.sees("📝 Noté — Weber")
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue — Weber\n📝 tableau remplacé")
    await house.submit()

    [path] = house.files()
    assert path.startswith("Chantiers/20260311_Weber/30_Photos_Chantier/photo_01_")
    assert "tableau remplacé" in house.cards()[0]["description"]


async def test_a_new_name_makes_a_folder_of_today(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.press("saisie manuelle")
    await house.jean.send("Zimmermann")
    await house.jean.sees("Zimmermann\u00a0»\u00a0: c'est un nouveau chantier\u00a0?")
    await house.jean.press("Nouveau")
    await house.jean.sees("Zimmermann\nEnvoie tes photos")
    photo = await house.jean.send_photo(house.jpeg(1))
    await house.submit()

    [path] = house.files()
    assert path.startswith(
        f"Chantiers/{photo.date.astimezone(PARIS):%Y%m%d}_Zimmermann/"
    )


async def test_a_name_that_nobody_can_see_is_asked_for_again(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.sees("Quel chantier")

    await house.jean.send("\u200b\u2060\u200b")

    await house.jean.sees("Je ne vois pas de nom")
    await house.jean.send("We\u202eber")
    await house.jean.sees("Weber\nEnvoie tes photos")


async def test_a_proposal_that_could_not_be_shown_at_first_holds_afterwards(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.sees("Quel chantier")
    house.telegram.faults.internal_error("messages.sendMessage", times=5)

    await house.jean.send_photo(house.jpeg(1), caption="muler / toit fini")
    await house.jean.sees("«\u00a0muler\u00a0»", timeout_s=20)
    await house.jean.press("Müller")

    await house.jean.sees("1 photo reçue — Müller\n📝 toit fini")


async def test_who_could_choose_is_not_corrected(
    house: House, gateway: httpx.AsyncClient
):
    """*Nouveau* was pressed below a proposal: the person has said that it is another one."""
    house.nextcloud.make_folder("Chantiers/20250505_Élodie")
    await house.begin()
    await house.jean.sees("Quel chantier")
    await house.jean.send("Elodie")
    await house.jean.press("Nouveau")
    await house.jean.sees("Elodie\nEnvoie tes photos")
    photo = await house.jean.send_photo(house.jpeg(1))

    await house.submit()

    [path] = house.files()
    day = f"{photo.date.astimezone(PARIS):%Y%m%d}"
    assert path.startswith(f"Chantiers/{day}_Elodie/")


async def test_what_was_told_before_is_not_asked_for_again(
    house: House, gateway: httpx.AsyncClient
):
    """He had written it, and read *Décris la panne*."""
    await house.jean.send("Müller / onduleur en erreur 567")
    await house.jean.press("Alerte SAV")

    asked = await house.jean.sees("Alerte SAV — Müller")

    assert "C'est noté." in asked.text
    await house.submit()


@pytest.mark.parametrize("way", ["list", "name"])
async def test_photos_sent_before_are_not_asked_for_again(
    house: House, gateway: httpx.AsyncClient, way: str
):
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.press("Fin de chantier")
    if way == "list":
        await house.jean.press("Müller")
    else:
        await house.jean.sees("Quel chantier")
        await house.jean.send("Müller")

    asked = await house.jean.sees("Fin de chantier — Müller")

    assert "C'est noté." in asked.text
    await house.submit()


async def test_a_caption_alone_does_not_stand_for_the_list_of_what_lacks(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.press("Matériel manquant")
    await house.jean.press("Müller")

    await house.jean.sees("Écris ce qui manque")
    await house.jean.press("Annuler")


@pytest.mark.parametrize("typed", ["onduleur en erreur 567", "onduleur / erreur 567"])
async def test_a_remark_typed_under_the_list_makes_no_folder_and_is_not_typed_again(
    house: House, gateway: httpx.AsyncClient, typed: str
):
    await house.begin("Alerte SAV")
    await house.jean.sees("Quel chantier")
    await house.jean.send(typed)
    asked = await house.jean.sees("c'est un nouveau chantier")

    answers = await asyncio.gather(
        *(house.jean.press("note-le", on=asked) for _ in range(2))
    )
    await house.jean.press("Müller")
    await house.jean.sees("C'est noté. Ajoute des photos si tu veux")
    await house.submit()

    assert [answer.text for answer in answers] == [NOTED, GOES_ON]
    [report] = await house.reports(gateway)
    assert (report["chantier"], report["description"]) == ("Müller", typed)


@pytest.mark.parametrize(
    ("typed", "chantier", "noted"),
    [
        (
            ["onduleur HS depuis hier", "Weber / vu"],
            "Weber",
            "onduleur HS depuis hier\nvu",
        ),
        (["erreur 567", "/ vu", "Webre", "Weber"], "Weber", "erreur 567\nvu"),
        (["Steinmez", "Steinmetz / fuite"], "Steinmetz", "fuite"),
        (["muler", "Weber / fuite"], "Weber", "fuite"),
        (["onduleur / erreur 567", "Weber / vu"], "Weber", "onduleur / erreur 567\nvu"),
    ],
)
async def test_a_remark_typed_under_the_list_outlives_a_name_typed_after_it(
    house: House,
    gateway: httpx.AsyncClient,
    typed: list[str],
    chantier: str,
    noted: str,
):
    await house.begin("Alerte SAV")
    await house.jean.sees("Quel chantier")
    for text in typed:
        await house.jean.send(text)
    if chantier == "Steinmetz":
        await house.jean.press("Nouveau\u00a0: Steinmetz")
    await house.jean.sees(f"📝 {noted}")
    await house.submit()

    [report] = await house.reports(gateway)
    assert (report["chantier"], report["description"]) == (chantier, noted)


async def test_an_edited_name_leaves_the_remark_typed_before_it(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin("Alerte SAV")
    await house.jean.sees("Quel chantier")
    remark = await house.jean.send("onduleur HS")
    await house.jean.sees("c'est un nouveau chantier")
    name = await house.jean.send("Weber / vu")
    await house.jean.sees("📝 onduleur HS\nvu")

    await house.jean.edit(name, "Weber / réparé")
    await house.jean.sees("📝 onduleur HS\nréparé")
    await house.jean.edit(remark, "onduleur HS depuis hier")
    await house.jean.sees("📝 onduleur HS depuis hier\nréparé")
    await house.submit()


@pytest.mark.parametrize("then", ["note-le", "Weber"])
async def test_a_caption_edited_while_it_is_asked_about_is_not_doubled(
    house: House, gateway: httpx.AsyncClient, then: str
):
    await house.begin()
    await house.jean.sees("Quel chantier")
    photo = await house.jean.send_photo(house.jpeg(1), caption="toit fini\nreste")
    await house.jean.sees("c'est un nouveau chantier")
    await house.jean.edit(photo, "toit fini\nreste le câble")
    if then == "note-le":
        await house.jean.press("note-le")
        await house.jean.press("Weber")
    else:
        await house.jean.send("Weber")
    await house.jean.sees("1 photo reçue — Weber\n📝 toit fini")
    await house.submit()

    [report] = await house.reports(gateway)
    assert report["description"] == "toit fini\nreste le câble"


async def test_a_noted_remark_of_several_lines_is_not_asked_about_again(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.sees("Quel chantier")
    await house.jean.send("onduleur en erreur\nvoyant rouge")
    await house.jean.press("note-le")
    await house.jean.press("saisie manuelle")
    await house.jean.press("Revoir la liste")
    await house.jean.press("Müller")
    await house.jean.sees("Müller\nEnvoie tes photos")
    await house.jean.press("Annuler")


async def test_a_caption_typed_under_the_list_stays_with_its_photo(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.sees("Quel chantier")
    await house.jean.send_photo(house.jpeg(1), caption="toit fini\nreste le câble")
    await house.jean.press("note-le")
    await house.jean.press("Müller")
    await house.jean.sees("1 photo reçue — Müller\n📝 toit fini\nreste le câble")
    await house.submit()

    assert list(house.files().values()) == [house.jpeg(1)]
