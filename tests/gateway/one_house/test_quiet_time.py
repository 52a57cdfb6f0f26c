"""Reports that close by themselves, and what comes late to them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.gateway.house import House
from tests.gateway.notifier_peer import read
from tests.waiting import until


@asynccontextmanager
async def refused(path: Path, write: str) -> AsyncIterator[None]:
    """Let a SQLite file refuse a *write*, such as ``INSERT ON steps``."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as file:
        await _executed(
            file,
            f"CREATE TRIGGER refusal BEFORE {write} "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END",
        )
        try:
            yield
        finally:
            await _executed(file, "DROP TRIGGER refusal")


async def _executed(file: sqlite3.Connection, statement: str) -> None:
    """The gateway writes from this very loop: waiting for its lock must not hold it up."""
    while True:
        try:
            file.execute(statement)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            await asyncio.sleep(0.01)
        else:
            return


pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = {"quiet_s": 0.3}


async def test_quiet_after_an_album_closes_the_report(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()

    await house.jean.send_album(house.photos(3))

    await house.jean.sees("Rapport enregistré")
    assert len(house.files()) == 3


async def test_a_sibling_that_comes_after_the_close_joins_its_report(
    house: House, gateway: httpx.AsyncClient
):
    sent = house.photos(4)
    await house.choose_chantier()
    await house.jean.send_album(sent, late={3: 1.5})

    await house.jean.sees("📸 4 photos → ")

    [report] = await house.reports(gateway)
    assert report["photos"] == 4
    assert sorted(house.files().values()) == sorted(sent)
    [said] = house.notifier.notices.values()
    assert "📸 4 photos archivées" in read(said[-1])
    assert len(house.cards()) == 1


async def test_photos_soon_after_a_quiet_close_join_the_report(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_album(house.photos(2))
    await house.jean.sees("📸 2 photos → ")
    await house.jean.send_photo(house.jpeg(3), caption="et l'onduleur")
    await house.jean.sees("📸 3 photos → ")
    await house.jean.send("tout fonctionne")
    await house.jean.sees("Ajouté au rapport — Müller")
    await house.until(lambda: "tout fonctionne" in str(house.cards()))

    [report] = await house.reports(gateway)
    assert report["description"] == "et l'onduleur\ntout fonctionne"
    assert len(house.cards()) == len(house.notifier.notices) == 1


@pytest.mark.parametrize(
    ("file", "write"),
    [
        ("gateway.sqlite", "INSERT ON steps"),
        ("gateway-work.sqlite", "INSERT ON workflow_status"),
    ],
)
async def test_a_database_that_refuses_for_a_while_only_delays_the_close(
    house: House, gateway: httpx.AsyncClient, file: str, write: str
):
    await house.choose_chantier()

    async def has_both() -> bool:
        return [report["photos"] for report in await house.reports(gateway)] == [2]

    async with refused(house.data_dir / file, write):
        await house.jean.send_album(house.photos(2))
        await until(has_both)
        await asyncio.sleep(0.6)

    await house.jean.sees("Rapport enregistré")
    assert len(house.files()) == 2


async def test_a_database_that_refuses_for_a_while_only_delays_what_is_shown(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    async with refused(house.data_dir / "gateway.sqlite", "UPDATE ON reports"):
        await house.jean.send_photo(house.jpeg(1))
        shown = await house.jean.sees("1 photo reçue")
        await asyncio.sleep(0.2)

    with closing(sqlite3.connect(house.data_dir / "gateway.sqlite")) as file:
        noted = "SELECT 1 FROM reports WHERE chat_id = ? AND progress_message_id = ?"
        await house.until(
            lambda: file.execute(noted, (house.jean.id, shown.id)).fetchall() != []
        )


async def test_what_was_sent_and_not_noted_is_brought_up_to_date(
    house: House, gateway: httpx.AsyncClient
):
    """Telegram answers the first message again, which reads as it did then."""
    await house.choose_chantier()
    async with refused(
        house.data_dir / "gateway.sqlite", "UPDATE OF progress_message_id ON reports"
    ):
        await house.jean.send_photo(house.jpeg(1))
        await house.jean.sees("1 photo reçue")
        await house.jean.send_photo(house.jpeg(2))
        await asyncio.sleep(0.2)

    await house.jean.sees("2 photos reçues")


async def test_an_edited_caption_replaces_the_old_one_also_after_the_close(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    text = await house.jean.send("toit pausé")
    await house.jean.sees("📝 toit pausé")
    await house.jean.edit(text, "toit posé")
    await house.jean.sees("📝 toit posé")
    first, *_ = await house.jean.send_album(house.photos(2), caption="coté sud")
    await house.jean.sees("📸 2 photos → ")

    await house.jean.edit(first, "côté sud")

    await house.until(lambda: "côté sud" in str(house.cards()))
    [report] = await house.reports(gateway)
    assert report["description"] == "toit posé\ncôté sud"


async def test_cancelling_too_late_says_that_the_report_has_gone(
    house: House, gateway: httpx.AsyncClient
):
    await house.choose_chantier()
    await house.jean.send_album(house.photos(2))
    await house.jean.sees("📸 2 photos → ")

    await house.jean.send("/annuler")

    await house.jean.sees("Ton rapport Müller est déjà parti")


async def test_single_photos_wait_for_the_button(
    house: House, gateway: httpx.AsyncClient
):
    """The quiet time ends three times meanwhile."""
    await house.choose_chantier()
    await house.jean.send_photo(house.jpeg(1))
    await house.jean.sees("1 photo reçue")

    await asyncio.sleep(0.9)

    assert [r["status"] for r in await house.reports(gateway)] == ["open"]


async def test_start_turns_to_something_new(house: House, gateway: httpx.AsyncClient):
    await house.choose_chantier()
    await house.jean.send_album(house.photos(2))
    await house.jean.sees("📸 2 photos → ")

    await house.jean.send("/start")
    await house.jean.send_photo(house.jpeg(3))

    await house.jean.sees("C'est pour quoi")
    assert len(house.files()) == 2


async def test_a_corrected_older_report_takes_no_photo_of_the_newer_one(
    house: House, gateway: httpx.AsyncClient
):
    """Its correction closed it anew, and it was the last one closed then: photos went to the wrong chantier."""
    await house.jean.send("/start")
    await house.jean.sees("Bonjour")
    await house.choose_chantier()
    other_menu = await house.jean.sees("Que veux-tu signaler")
    told, _ = await house.jean.send_album(
        house.photos(2), "toit fini", at=datetime.now(UTC) - timedelta(minutes=1)
    )
    await house.jean.sees("2 photos → Chantiers/20260325_Müller")
    await house.jean.press("Fin de chantier", on=other_menu)
    await house.jean.press("Weber")
    await house.jean.sees("Weber\nEnvoie tes photos")
    await house.jean.send_album([house.jpeg(3), house.jpeg(4)])
    await house.jean.sees("2 photos → Chantiers/20260311_Weber")
    await house.jean.edit(told, "toit et façade finis")
    await house.until(lambda: "façade" in str(house.cards()))
    await house.jean.send_photo(house.jpeg(5))
    await house.jean.sees("3 photos →")
    await house.until_filed(gateway)

    [path] = [p for p, content in house.files().items() if content == house.jpeg(5)]
    assert "Weber" in path
