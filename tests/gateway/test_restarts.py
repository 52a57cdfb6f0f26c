"""A gateway that stops at any moment goes on at its next start."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from chassis.telegram.updates import MESSAGES
from contracts.errors import Unavailable
from gateway import replies
from gateway.replies import Reply
from tests.gateway.house import CHANTIER_GROUP, House
from tests.gateway.test_workflow_buttons import ask, pressed
from tests.gateway.webhook_peer import WebhookPeer, told
from tests.peers.telegram import NoAnswer


async def test_an_open_report_is_taken_up_after_a_restart(house: House):
    async with house.gateway():
        await house.choose_chantier()
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.sees("1 photo reçue")

    await house.jean.send_photo(house.jpeg(2))
    async with house.gateway():
        await house.jean.sees("2 photos reçues")
        await house.submit()

    assert sorted(house.files().values()) == sorted(house.photos(2))


async def test_a_quiet_time_interrupted_by_a_stop_runs_again(house: House):
    async with house.gateway():
        await house.choose_chantier()
        await house.jean.send_album(house.photos(2))
        await house.jean.sees("2 photos reçues")

    async with house.gateway(quiet_s=0.1):
        await house.jean.sees("Rapport enregistré")


async def test_what_was_sent_while_the_gateway_was_down_is_taken_up(house: House):
    async with house.gateway():
        await house.choose_chantier()

    await house.jean.send_album(house.photos(3))
    async with house.gateway(quiet_s=0.1):
        await house.jean.sees("📸 3 photos → ")

    assert sorted(house.files().values()) == sorted(house.photos(3))


async def test_photos_are_taken_up_that_telegram_no_longer_holds_as_updates(
    house: House,
):
    async with house.gateway():
        await house.choose_chantier()
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.sees("1 photo reçue")

    for number in (2, 3, 4):
        await house.jean.send_photo(house.jpeg(number))
    house.telegram.faults.difference_too_long()
    async with house.gateway():
        await house.jean.sees("4 photos reçues")


async def test_a_gap_that_cannot_be_looked_up_is_told_to_who_is_in_mid_report(
    house: House,
):
    async with house.gateway():
        await house.choose_chantier()
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.sees("1 photo reçue")

    [session] = (house.data_dir / "telegram").glob("*.session")
    with closing(sqlite3.connect(session)) as file, file:
        file.execute("DELETE FROM update_state WHERE id = ?", (MESSAGES,))
    await house.jean.send_photo(house.jpeg(2))
    house.telegram.faults.difference_too_long()
    async with house.gateway():
        await house.jean.sees("peut-être pas tout transmis — Müller")


async def test_what_a_person_sent_before_he_was_put_out_is_filed(house: House):
    async with house.gateway():
        await house.choose_chantier()
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.sees("1 photo reçue")
    for group in house.groups.values():
        group.remove(house.jean)

    async with house.gateway() as gateway:
        await house.jean.send("fini")
        await house.jean.sees("réservé aux équipes")
        await house.until_filed(gateway)

    assert len(house.files()) == 1


async def test_photos_without_a_word_wait_for_who_is_out_of_the_groups_for_a_while(
    house: House,
):
    """A bot, or a technician, is put out by mistake and let in again: his photos were dropped, and nobody was told."""
    async with house.gateway():
        await house.jean.send_album(house.photos(2))
        asked = await house.jean.sees("C'est pour quoi")
    for group in house.groups.values():
        group.remove(house.jean)
    async with house.gateway(remind_s=0.2):
        await asyncio.sleep(1.0)  # ten rounds of the reminders
    for group in house.groups.values():
        group.add(house.jean)

    async with house.gateway():
        await house.jean.press("Fin de chantier", on=asked)
        await house.jean.press("Müller")
        await house.jean.sees("2 photos reçues — Müller")


async def test_filing_goes_on_after_a_stop_in_its_middle(house: House):
    house.notifier.failing = Unavailable("away")
    async with house.gateway():
        await house.choose_chantier()
        await house.jean.send_album(house.photos(3))
        await house.jean.sees("3 photos reçues")
        await house.jean.press("Envoyer")
        await house.jean.sees("⏳ Rapport gardé", timeout_s=20)

    house.notifier.failing = None
    async with house.gateway():
        await house.jean.sees("Rapport enregistré")

    assert len(house.files()) == 3
    assert len(house.nextcloud.cards()) == 1
    assert len(house.notifier.notices) == 1


async def test_a_name_typed_without_a_list_is_looked_up_also_after_a_stop(
    house: House,
):
    house.storage.shut = True
    async with house.gateway(list_wait_s=0.3):
        await house.begin()
        await house.jean.sees("ne répond pas")
        await house.jean.send("muller")
        await house.jean.sees("muller\nEnvoie tes photos")
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.press("Envoyer")
        await house.jean.sees("⏳ Rapport gardé", timeout_s=20)

    house.storage.shut = False
    async with house.gateway():
        await house.jean.sees("Rapport enregistré — Müller")

    [path] = house.files()
    assert path.startswith("Chantiers/20260325_Müller/")


async def test_siblings_held_back_by_telegram_are_fetched_before_the_close(
    house: House,
):
    async with house.gateway(quiet_s=1.0):
        await house.choose_chantier()
        await house.jean.send_album(house.photos(3), late={1: 0.3, 2: 0.3})
        await house.jean.sees("1 photo reçue")
        silence = house.telegram.faults.silence()

        await house.jean.sees("📸 3 photos → ")

        silence.remove()
    [said] = house.notifier.notices.values()
    assert len(said) == 1


async def test_a_press_while_the_gateway_is_down_is_pressed_again(house: House):
    """Its button turns for a while and stands as it was."""
    async with house.gateway():
        await house.jean.send("/start")
        await house.jean.sees("Bonjour")

    with pytest.raises(NoAnswer):
        await house.jean.press("Fin de chantier", timeout_s=0.1)
    async with house.gateway():
        await house.jean.press("Fin de chantier")
        await house.jean.sees("Quel chantier")


async def test_presses_that_telegram_keeps_while_the_gateway_is_down_count_once(
    house: House,
):
    async with house.gateway(quiet_s=3600):
        await house.choose_chantier()
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.sees("1 photo reçue")

    house.telegram.faults.kept_presses()
    for _ in range(2):
        with pytest.raises(NoAnswer):
            await house.jean.press("Envoyer", timeout_s=0.1)
    async with house.gateway(quiet_s=3600) as gateway:
        await house.jean.sees("Rapport enregistré")
        await house.until_filed(gateway)

    assert list(house.files().values()) == [house.jpeg(1)]
    assert len(house.notifier.notices) == len(house.cards()) == 1


async def test_a_kept_press_of_a_workflows_button_is_told(house: House):
    peer = WebhookPeer()
    async with house.gateway(**told(peer)) as gateway:
        await ask(gateway, CHANTIER_GROUP, "oui")

    house.telegram.faults.kept_presses()
    with pytest.raises(NoAnswer):
        await house.jean.press("Je viens", to=house.groups["chantier"], timeout_s=0.1)
    async with house.gateway(**told(peer)):
        await house.until_told(1)

    assert pressed(peer)[0]["data"]["data"] == "oui"


async def test_an_answer_that_cannot_be_sent_keeps_no_other_back(house: House):
    house.telegram.faults.internal_error(
        "messages.sendMessage", times=None, only=lambda query: query.message == "one"
    )
    async with house.gateway():
        engine = house.parts.engine
        async with engine.begin() as db:
            for text in ("one", "two"):
                await replies.plan(db, house.jean.id, text, (Reply(text),))

    async with house.gateway():
        await house.jean.sees("two")
