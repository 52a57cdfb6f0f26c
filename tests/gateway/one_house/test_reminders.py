"""A report that was begun and not sent is not forgotten."""

import asyncio

import httpx
import pytest

from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = {"remind_s": 2.0}


async def test_photos_left_unsent_are_reminded_of_once(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.send_photo(house.jpeg(2))

    reminder = await house.jean.sees("Tu as 2 photos non envoyées — Müller")
    await asyncio.sleep(2.5)
    said = [message.text for message in house.jean.chat]
    await house.jean.press("Envoyer", on=reminder)

    assert said.count(reminder.text) == 1
    await house.jean.sees("Rapport enregistré")


async def test_a_reminder_says_what_is_missing(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin("Alerte SAV")
    await house.jean.press("Müller")
    await house.jean.sees("Décris la panne")
    await house.jean.send_photo(house.jpeg(1))

    reminder = await house.jean.sees("Tu as 1 photo non envoyée — Müller")

    assert "Il manque la description" in reminder.text
