"""What was sent days ago and claimed by no report since: kept, told of, and filed only where its technician says so."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from contracts.actions import PARIS
from gateway.texts import CANCELLED, KEPT_WHAT_IS_IT, NOTED
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {"quiet_s": 0.5}
BEFORE = datetime.now(UTC) - timedelta(days=2)
KEPT = f"{BEFORE.astimezone(PARIS):%d/%m à %H:%M}"


async def leave_behind(house: House) -> None:
    """Let Jean send a photo that he says nothing about; it is two days ago."""
    await house.jean.send_photo(house.jpeg(1), at=BEFORE)
    await house.jean.sees(KEPT_WHAT_IS_IT)


@pytest.mark.parametrize("when", ["at once", "after a photo", "after the receipt"])
async def test_it_joins_the_report_that_its_technician_says(
    house: House, gateway: httpx.AsyncClient, when: str
):
    await leave_behind(house)
    await house.choose_chantier()
    asked = await house.jean.sees(f"J'ai aussi gardé 1 photo du {KEPT}.")
    if when != "at once":
        await house.jean.send_photo(house.jpeg(2))
        await house.jean.sees("1 photo reçue")
    if when == "after the receipt":
        await house.submit()

    answers = [await house.jean.press("ajoute", on=asked) for _ in range(2)]

    if when != "after the receipt":
        await house.jean.sees("photos reçues" if when != "at once" else "1 photo reçue")
        await house.submit()
    expected = [house.jpeg(n) for n in ((1,) if when == "at once" else (1, 2))]
    await house.until(lambda: sorted(house.files().values()) == sorted(expected))
    assert [answer.text for answer in answers] == [NOTED, NOTED]
    await house.until(lambda: asked.labels == [])
    assert len(await house.reports(gateway)) == 1


async def test_it_waits_for_another_report_where_it_is_not_of_this_one(
    house: House, gateway: httpx.AsyncClient
):
    await leave_behind(house)
    await house.choose_chantier()
    await house.jean.press("pas ici")
    await house.jean.send_photo(house.jpeg(2))
    await house.jean.sees("1 photo reçue")
    receipt = await house.submit()

    assert list(house.files().values()) == [house.jpeg(2)]
    await house.choose_chantier()
    await house.jean.sees("J'ai aussi gardé 1 photo", after=receipt)


async def test_dropping_a_report_does_not_drop_it_but_a_second_cancel_does(
    house: House, gateway: httpx.AsyncClient
):
    await leave_behind(house)
    await house.choose_chantier()
    asked = await house.jean.sees("J'ai aussi gardé 1 photo")

    await house.jean.send("/annuler")
    told = await house.jean.sees(f"Je garde 1 photo du {KEPT}")
    answer = await house.jean.press("ajoute", on=asked)
    await house.jean.send("/annuler")
    await house.jean.sees(CANCELLED, after=told)
    await house.jean.send("/start")

    greeting = await house.jean.sees("Bonjour", after=told)
    assert "/start" in (answer.text or "")
    assert "Je garde" not in greeting.text


async def test_what_was_said_while_the_gateway_was_away_is_taken_as_of_then(
    house: House, gateway: httpx.AsyncClient
):
    """After two days the text was greeted and not kept, as its photo was left behind by then."""
    await leave_behind(house)
    await house.jean.send("toit fini", at=BEFORE)
    await house.choose_chantier()
    await house.jean.press("ajoute")

    await house.jean.sees("1 photo reçue — Müller\n📝 toit fini")


async def test_a_name_typed_while_the_gateway_was_away_takes_what_was_sent_with_it(
    house: House, gateway: httpx.AsyncClient
):
    await house.begin()
    await house.jean.sees("Quel chantier")
    await house.jean.send_photo(house.jpeg(1), at=BEFORE)
    await house.jean.send("Müller / toit fini", at=BEFORE)

    await house.jean.sees("1 photo reçue — Müller\n📝 toit fini")


async def test_only_what_was_asked_about_joins(
    house: House, gateway: httpx.AsyncClient
):
    """The question may stand there for days, and others be left behind meanwhile."""
    await leave_behind(house)
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(2))
    asked = await house.jean.sees("J'ai aussi gardé 1 photo")
    receipt = await house.submit()
    await house.jean.send_photo(house.jpeg(3), at=BEFORE + timedelta(hours=1))
    await house.jean.sees(KEPT_WHAT_IS_IT, after=receipt)

    await house.jean.press("ajoute", on=asked)

    await house.until(lambda: len(house.files()) > 1)
    await house.choose_chantier()
    await house.jean.sees("J'ai aussi gardé 1 photo du", after=receipt)
    assert house.jpeg(3) not in house.files().values()


async def test_who_regrets_a_report_that_has_just_gone_drops_nothing_else(
    house: House, gateway: httpx.AsyncClient
):
    """He read that nothing was recorded."""
    await leave_behind(house)
    await house.choose_chantier()
    await house.jean.send_album([house.jpeg(2), house.jpeg(3)])
    receipt = await house.jean.sees("Rapport enregistré")

    await house.jean.send("/annuler")

    told = await house.jean.sees("est déjà parti", after=receipt)
    assert f"Je garde 1 photo du {KEPT}" in told.text
