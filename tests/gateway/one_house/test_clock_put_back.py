"""A machine's clock that is put back: a late photo goes to the newest report, or is asked about; never to an older one."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import update

from gateway.database import reports
from tests.gateway.house import House
from tests.peers.telegram import Message

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = {"quiet_s": 0.3}


async def _closed(house: House, client: str, from_now: timedelta) -> None:
    """Let the report of *client* be closed at another time."""
    at = datetime.now(UTC) + from_now
    ours = (reports.c.chat_id == house.jean.profile.id, reports.c.client == client)
    async with house.parts.engine.begin() as db:
        changed = await db.execute(update(reports).where(*ours).values(closed_at=at))
    assert changed.rowcount == 1


async def _at_muellers(house: House) -> Message:
    """Let Jean begin a report of Müller's; another menu, by which he begins one without ``/start``: that would end the joining."""
    await house.jean.send("/start")
    await house.jean.sees("Bonjour")
    await house.choose_chantier()
    return await house.jean.sees("Que veux-tu signaler")


async def _at_webers(house: House, other_menu: Message) -> None:
    await house.jean.press("Fin de chantier", on=other_menu)
    await house.jean.press("Weber")
    await house.jean.sees("Weber\nEnvoie tes photos")


async def test_by_less_than_the_window_the_newest_report_still_takes_in_what_comes(
    house: House, gateway: httpx.AsyncClient
):
    other_menu = await _at_muellers(house)
    await house.jean.send_album(house.photos(2))
    await house.jean.sees("2 photos → Chantiers/20260325_Müller")
    await _at_webers(house, other_menu)
    await house.jean.send_album([house.jpeg(3), house.jpeg(4)])
    await house.jean.sees("2 photos → Chantiers/20260311_Weber")
    await house.until_filed(gateway)
    await _closed(house, "Müller", timedelta(seconds=-30))
    await _closed(house, "Weber", timedelta(seconds=30))

    await house.jean.send_photo(house.jpeg(5))

    await house.jean.sees("3 photos → Chantiers/20260311_Weber")


async def test_past_a_newer_report_that_was_sent_nothing_joins_an_older_one(
    house: House, gateway: httpx.AsyncClient
):
    other_menu = await _at_muellers(house)
    await house.jean.send_album(house.photos(2))
    await house.jean.sees("2 photos → Chantiers/20260325_Müller")
    await _at_webers(house, other_menu)
    await house.jean.send_photo(house.jpeg(3))
    await house.jean.sees("1 photo reçue")
    await house.submit()
    await house.until_filed(gateway)
    await _closed(house, "Müller", timedelta(seconds=-30))
    await _closed(house, "Weber", timedelta(seconds=30))

    await house.jean.send_photo(house.jpeg(5))

    await house.jean.sees("C'est pour quoi")


async def test_by_an_hour_a_new_report_takes_in_what_comes(
    house: House, gateway: httpx.AsyncClient
):
    """An older one, closed an hour from now by that clock, counted as the newest for that hour; both begin in one second of Telegram's."""
    at = datetime.now(UTC)
    await house.choose_chantier()
    await house.jean.send_album(house.photos(2), at=at)
    await house.jean.sees("Rapport enregistré")
    await house.until_filed(gateway)
    await _closed(house, "Müller", timedelta(hours=1))
    again = await house.jean.send("/start")
    await house.jean.press("Fin de chantier")
    await house.jean.press("Müller")
    await house.jean.send_album([house.jpeg(7), house.jpeg(8)], at=at)
    await house.jean.sees("📸 2 photos →", after=again)
    await house.until_filed(gateway)

    await house.jean.send_photo(house.jpeg(9))

    await house.jean.sees("📸 3 photos →", after=again)
    assert sorted(r["photos"] for r in await house.reports(gateway)) == [2, 3]


async def test_who_sends_an_older_report_is_done_with_the_newest_too(
    house: House, gateway: httpx.AsyncClient
):
    other_menu = await _at_muellers(house)
    await house.jean.send_photo(house.jpeg(1))
    older = await house.jean.sees("1 photo reçue")
    await _at_webers(house, other_menu)
    await house.jean.send_album([house.jpeg(3), house.jpeg(4)])
    await house.jean.sees("2 photos → Chantiers/20260311_Weber")
    await house.jean.press("Envoyer", on=older)
    await house.until_filed(gateway)
    await _closed(house, "Müller", timedelta(seconds=-60))

    await house.jean.send_photo(house.jpeg(5))

    await house.jean.sees("C'est pour quoi")
