"""What people and Telegram do without thinking of us: twice, all at once, too much, and in any script."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from gateway.texts import GOES_ON, STALE
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = {"quiet_s": 0.5}
HOSTILE = (
    "<b>onduleur</b> & <script>alert(1)</script> &amp;",
    "\u202eerreur 567\u202c \u200b\u200d\u2060 ⚡️👩🏽‍🔧🏠",
    "שגיאה 567 במהפך / خطأ في العاكس",
    "a\u0300\u0301\u0302" * 300,
    "👨‍👩‍👧" * 500,
    "567 " * 1024,
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_any_text_is_filed_told_helped_and_remembered(
    house: House, gateway: httpx.AsyncClient, text: str
):
    await house.report_fault(text)
    await house.jean.sees("Rapport enregistré")
    await house.jean.sees("💡")
    await house.until_step(gateway, "history", "done")
    await house.until_filed(gateway)

    [report] = await house.reports(gateway)
    [document] = house.knowledge.documents[report["report_id"]]
    assert document.text == text.strip()
    assert len(house.cards()) == 1


async def test_updates_that_come_twice_help_and_count_once(
    house: House, gateway: httpx.AsyncClient
):
    house.telegram.faults.duplicate_updates()
    await house.report_fault("erreur 567")
    await house.jean.sees("💡")
    await house.jean.press("👍")
    await house.until(lambda: bool(house.knowledge.thumbs))
    await house.until_filed(gateway)

    assert house.knowledge.asked == ["erreur 567"]
    assert house.knowledge.thumbs == [True]
    assert sum("💡" in m.text for m in house.jean.chat) == 1
    assert len(await house.reports(gateway)) == 1


async def test_thumbs_pressed_in_anger_count_once(
    house: House, gateway: httpx.AsyncClient
):
    await house.report_fault("erreur 567")
    shown = await house.jean.sees("💡")

    await asyncio.gather(
        *(house.jean.press("👎" if n % 3 else "👍", on=shown) for n in range(12))
    )
    await house.until(lambda: bool(house.knowledge.thumbs))
    await house.until(lambda: shown.labels == ["Merci 🙏"])
    await house.until_filed(gateway)

    assert len(house.knowledge.thumbs) == 1


async def test_a_flood_wait_delays_the_help_and_doubles_nothing(
    house: House, gateway: httpx.AsyncClient
):
    await house.describe_fault("erreur 567")
    flood = house.telegram.faults.flood_wait("messages.sendMessage", 1, times=2)
    lost = house.telegram.faults.cut_after("messages.sendMessage")

    await house.jean.press("Envoyer")
    await house.jean.sees("💡", timeout_s=20)
    await house.until_filed(gateway)

    assert (flood.struck, lost.struck) == (2, 1)
    assert sum("💡" in m.text for m in house.jean.chat) == 1


async def test_a_fault_edited_before_its_help_is_shown_is_asked_anew(
    house: House, gateway: httpx.AsyncClient
):
    told = await house.describe_fault("erreur 576")
    house.nextcloud.faults.slow(1.5)
    await house.jean.press("Envoyer")
    await house.until(lambda: house.knowledge.asked == ["erreur 576"])

    await house.jean.edit(told, "erreur 567")
    await house.until(lambda: house.knowledge.asked[1:] == ["erreur 567"])
    house.nextcloud.faults.clear()
    await house.jean.sees("💡")
    await house.until_step(gateway, "history", "done")
    await house.until_filed(gateway)

    [report] = await house.reports(gateway)
    assert house.knowledge.documents[report["report_id"]][-1].text == "erreur 567"
    assert sum("💡" in m.text for m in house.jean.chat) == 1


async def test_a_fault_on_its_way_into_the_history_does_not_overtake_its_correction(
    house: House, gateway: httpx.AsyncClient
):
    house.knowledge.slow_s = 3.0
    told = await house.report_fault("erreur 576")
    await house.until(lambda: house.knowledge.slow_s == 0)
    await house.jean.edit(told, "erreur 567")
    await house.until_described(gateway, "erreur 567")
    await house.until(
        lambda: [len(d) for d in house.knowledge.documents.values()] == [2]
    )
    await house.until_filed(gateway)

    [documents] = house.knowledge.documents.values()
    assert documents[-1].text == "erreur 567"


async def test_albums_of_two_technicians_at_once_stay_apart(
    house: House, gateway: httpx.AsyncClient
):
    marie = replace(house, jean=house.telegram.add_user("Marie", f"{house.test}"))
    for group in house.groups.values():
        group.add(marie.jean)
    photos = house.photos(12)
    await asyncio.gather(house.choose_typed("Gauche"), marie.choose_typed("Droite"))

    await asyncio.gather(
        house.jean.send_album(photos[:6], gap_s=0.02),
        marie.jean.send_album(photos[6:], gap_s=0.02),
    )
    await house.jean.sees("📸 6 photos → ")
    await marie.jean.sees("📸 6 photos → ")

    by_folder = {
        side: {c for p, c in house.files().items() if side in p}
        for side in ("Gauche", "Droite")
    }
    assert by_folder == {"Gauche": set(photos[:6]), "Droite": set(photos[6:])}


async def test_control_characters_are_left_out_of_what_is_typed_and_of_names(
    house: House, gateway: httpx.AsyncClient
):
    """PostgreSQL keeps no NUL: the message came again and again."""
    house.nextcloud.make_folder("Chantiers/20260102_Kno␀ll")
    await house.begin()
    await house.jean.press("Knoll")
    await house.jean.sees("Knoll\nEnvoie tes photos")
    await house.jean.send_photo(house.jpeg(1), caption="fi\0ni\x07")
    await house.submit()

    [report] = await house.reports(gateway)
    assert (report["chantier"], report["description"]) == ("Knoll", "fini")
    assert len(house.notifier.notices) == 1


async def test_a_telephone_that_capitalises_a_command_is_understood(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send("/Annuler")
    await house.jean.sees("rien à annuler")
    await house.jean.send("/AIDE")

    await house.jean.sees("Choisis ce que tu veux signaler")


@pytest.mark.parametrize("label", ["Müller", "Autre chantier"])
async def test_who_presses_twice_is_not_told_to_begin_anew(
    house: House, gateway: httpx.AsyncClient, label: str
):
    await house.begin()
    listed = await house.jean.sees("Quel chantier")

    answers = await asyncio.gather(
        *(house.jean.press(label, on=listed) for _ in range(2))
    )

    assert [answer.text for answer in answers] == [None, GOES_ON]
    assert not any(answer.alert for answer in answers)


async def test_an_action_pressed_twice_begins_one_report(
    house: House, gateway: httpx.AsyncClient
):
    """He had named the chantier, and was asked for it again; the first report stayed behind."""
    await house.jean.send("Müller / onduleur HS")
    menu = await house.jean.sees("C'est pour quoi")

    answers = await asyncio.gather(
        *(house.jean.press("Alerte SAV", on=menu) for _ in range(2))
    )

    assert [answer.text for answer in answers] == [None, GOES_ON]
    await house.submit()
    assert len(await house.reports(gateway)) == 1


async def test_who_presses_another_chantier_is_not_told_that_it_is_taken(
    house: House, gateway: httpx.AsyncClient
):
    """His photos would go to the first one."""
    await house.begin()
    older = await house.jean.sees("Quel chantier")
    await house.begin()
    listed = await house.jean.sees("Quel chantier")

    chosen, other = await asyncio.gather(
        *(house.jean.press(label, on=listed) for label in ("Müller", "Weber"))
    )
    of_older = await house.jean.press("Weber", on=older)

    assert (chosen.text, other.text, of_older.text) == (None, STALE, STALE)
    assert other.alert


@pytest.mark.parametrize("text", ["/!\\ fuite sous l'onduleur", "/fuite au raccord"])
async def test_a_text_that_begins_with_a_slash_is_no_command(
    house: House, gateway: httpx.AsyncClient, text: str
):
    await house.describe_fault(text)

    [report] = await house.reports(gateway)
    assert report["description"] == text
