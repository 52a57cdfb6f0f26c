"""Reports of more text than a card, a notice or a name has room for."""

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import insert

from chassis.json_bodies import require_few_values
from contracts.wording import LONGEST
from gateway.database import reports
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")
SETTINGS = {"quiet_s": 30.0}


async def test_chantier_of_a_thousand_characters_is_filed(
    house: House, gateway: httpx.AsyncClient
):
    """Asked for a name, somebody tells his whole story."""
    story = "la pompe à chaleur du client fait du bruit depuis hier " * 20
    await house.begin("Alerte SAV")
    await house.jean.send(story)
    await house.jean.press("Nouveau")
    await house.jean.sees("Décris la panne")
    await house.jean.send("erreur 567")
    await house.submit()
    await house.until_filed(gateway)

    [report] = await house.reports(gateway)
    [notice] = house.notifier.notices[report["report_id"]]
    assert report["chantier"] == " ".join(story.split())
    assert notice.data is not None
    assert report["chantier"].startswith(notice.data.chantier.removesuffix("…"))


async def test_the_greeting_that_names_dozens_of_open_reports_still_arrives(
    house: House,
):
    """Telegram refused it, and the technician had no menu any more."""
    record = {
        "chat_id": house.jean.profile.id,
        "technician": "Jean",
        "action": "sav",
        "chantier": "",
        "client": "Müller " * 10,
        "folder": "",
        "status": "open",
        "opened_at": datetime(2026, 3, 25, tzinfo=UTC),
    }
    async with house.parts.engine.begin() as db:
        rows = [{**record, "report_id": f"20260325-{n}"} for n in range(60)]
        await db.execute(insert(reports), rows)

    await house.jean.send("/start")

    assert len((await house.jean.sees("Bonjour")).text) <= LONGEST


async def test_description_beyond_what_a_card_holds_is_filed(
    house: House, gateway: httpx.AsyncClient
):
    message = "*" * 4096  # twice as many in Markdown
    await house.describe_fault(message)
    for _ in range(12):
        await house.jean.send(message)
    await house.until_described(gateway, "\n".join([message] * 13))
    await house.submit()
    await house.until_filed(gateway)

    [card] = house.cards()
    assert card["description"].startswith("👷 Jean")


async def test_list_of_thousands_of_items_is_filed(
    house: House, gateway: httpx.AsyncClient
):
    message = "- vis\n" * 680
    await house.begin("Matériel manquant")
    await house.jean.press("Müller")
    await house.jean.sees("Müller\n")
    await house.jean.send(message)
    await house.jean.sees("📝")
    for _ in range(8):
        await house.jean.send(message)
    await house.until_described(gateway, "\n".join([message.strip()] * 9))
    await house.submit()
    await house.until_filed(gateway)

    [report] = await house.reports(gateway)
    [notice] = house.notifier.notices[report["report_id"]]
    require_few_values(notice.model_dump_json().encode())
