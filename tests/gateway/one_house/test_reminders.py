"""A report that was begun and not sent is not forgotten."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from gateway.texts import GOES
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = {"remind_s": 2.0}


async def test_photos_left_unsent_are_reminded_of_once(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.send_photo(house.jpeg(2))

    reminder = await house.jean.sees("Ton rapport Müller (2 photos) n'est pas parti")
    await asyncio.sleep(2.5)
    said = [message.text for message in house.jean.chat]
    answer = await house.jean.press("Envoyer", on=reminder)

    assert answer.text == GOES
    await house.until(lambda: reminder.labels == [])
    assert said.count(reminder.text) == 1
    await house.jean.sees("Rapport enregistré")


async def test_a_reminder_says_what_is_missing(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin("Alerte SAV")
    await house.jean.press("Müller")
    await house.jean.sees("Décris la panne")
    await house.jean.send_photo(house.jpeg(1))

    reminder = await house.jean.sees("Ton rapport Müller (1 photo) n'est pas parti")

    assert "Il manque la description" in reminder.text


async def test_photos_that_nobody_said_anything_about_are_reminded_of_once(
    house: House, gateway: httpx.AsyncClient
):
    await house.jean.send_album(house.photos(2))

    reminder = await house.jean.sees("J'ai gardé 2 photos. C'est pour quoi")
    await asyncio.sleep(2.5)
    said = [m.text for m in house.jean.chat if "J'ai gardé" in m.text]
    await house.jean.press("Fin de chantier", on=reminder)
    await house.jean.press("Müller")

    assert len(said) == 1
    await house.jean.sees("2 photos reçues — Müller")


async def test_a_reminder_that_cannot_be_sent_keeps_no_other_back(
    house: House, gateway: httpx.AsyncClient
):
    marie = replace(house, jean=house.telegram.add_user("Marie", f"{house.test}"))
    for group in house.groups.values():
        group.add(marie.jean)
    house.telegram.faults.internal_error(
        "messages.sendMessage",
        times=None,
        only=lambda query: "Ton rapport Weber" in query.message,
    )
    await house.begin()
    await house.jean.press("Weber")
    await house.jean.sees("Envoie tes photos")
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue")

    await marie.choose_chantier()
    await marie.jean.send_photo(house.jpeg(2))

    await marie.jean.sees("Ton rapport Müller (1 photo) n'est pas parti")
