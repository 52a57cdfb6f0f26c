"""Story: what people send by mistake, or on purpose, neither escapes nor breaks anything."""

import pytest

from tests.together.house import House
from tests.together.story import jpegs, technician
from tests.waiting import WAIT_S

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def report_ids(house: House) -> list[object]:
    """Which there are; those of earlier tests may still be on their way."""
    return [report["report_id"] for report in await house.reports()]


async def test_an_unknown_user_gets_one_refusal_and_nothing_is_stored(house: House):
    stranger = house.telegram.add_user("Eve", "Fremd")
    reports_before = await report_ids(house)

    await stranger.send("/start")
    await stranger.sees("réservé", timeout_s=WAIT_S)
    await stranger.send_album(jpegs(3, seed=21))
    await stranger.send("Müller / panne")
    known = technician(house, "Später", "Kaiser")
    await known.person.send(
        "/start"
    )  # comes after the stranger's, is answered after them
    await known.person.sees("Que veux-tu signaler", timeout_s=WAIT_S)

    assert len([message for message in stranger.chat if message.from_bot]) == 1
    assert await report_ids(house) == reports_before


NASTY = ("../../etc", "🏠" * 300, "CON", "a\\b:c*d", ".htaccess")


@pytest.mark.parametrize("number", range(len(NASTY)))
async def test_a_nasty_chantier_name_neither_escapes_nor_breaks(
    house: House, number: int
):
    jean = technician(house, f"Böse{number}", f"Gut{number}")
    outside = set(house.nextcloud.tree(""))
    photo = jpegs(1, seed=22 + number)

    await jean.person.send("/start")
    await jean.person.press("Fin de chantier", timeout_s=WAIT_S)
    await jean.person.press("saisie manuelle", timeout_s=WAIT_S)
    await jean.person.sees("Écris le nom", timeout_s=WAIT_S)
    await jean.person.send(NASTY[number])
    await jean.person.press("Nouveau", timeout_s=WAIT_S)
    await jean.person.sees("Envoie tes photos", timeout_s=WAIT_S)
    await jean.person.send_photo(photo[0])
    await jean.person.sees("1 photo", timeout_s=WAIT_S)
    await jean.submit()

    files = house.nextcloud.tree("")
    new = [path for path in files if path not in outside and not path.endswith("/")]
    assert len(new) == 1
    assert files[new[0]] == photo[0]
    top, chantier, photos_folder, _name = new[0].split("/")
    assert (top, photos_folder) == ("Chantiers", "30_Photos_Chantier")
    assert len(chantier.encode()) <= 200


async def test_an_empty_report_is_not_sent(house: House):
    jean = technician(house, "Leer", "Schwarz")

    await jean.begin()
    await jean.person.sees("Envoie tes photos", timeout_s=WAIT_S)
    told = await jean.person.press("Envoyer", timeout_s=WAIT_S)

    assert "Il manque au moins une photo" in (told.text or "")
    assert jean.notices() == []
    assert jean.cards() == []
