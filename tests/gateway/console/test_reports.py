"""Reports in the console."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, event, insert

from contracts.actions import Action
from contracts.reports import ReportStatus
from gateway.database import reports
from tests.gateway.console.house import Browser, ConsoleHouse, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

NASTY = "<script>alert('x')</script> \"' & {{ 7*7 }} \u202e 😀" + "🔥" * 1000


async def test_a_report_is_shown_with_its_steps_and_files(
    console: ConsoleHouse, admin: Browser
):
    report = await console.failed_report()
    path = f"/reports/{report['report_id']}"

    listed = await admin.text("/reports")
    page = await admin.text(path)

    assert "Müller Fin de chantier failed" in listed
    assert "Card on the Deck board failed" in page
    assert "nextcloud_refused" in page
    assert "Photos to Nextcloud done" in page
    assert "photo_01_" in page
    assert "Câble &lt; 2 m &amp; co" in page


async def test_a_report_is_found_by_its_chantier(console: ConsoleHouse, admin: Browser):
    report = await console.failed_report()

    found = await admin.see("/reports?q=MULLER&status=failed")
    none = await admin.text("/reports?q=weber")

    assert report["report_id"] in found.text
    assert 'value="MULLER"' in found.text
    assert "No report fits." in none


async def test_a_failed_report_is_retried_after_a_question(
    console: ConsoleHouse, admin: Browser
):
    report = await console.failed_report()
    path = f"/reports/{report['report_id']}"

    question = await admin.text(f"{path}/retry")
    pressed = await admin.post(f"{path}/retry")
    await console.house.jean.sees("Rapport enregistré")
    await console.house.until_filed(console.http)
    page = await admin.see(f"{path}?said=retried")
    again = await admin.post(f"{path}/retry")

    assert "Try this report again?" in question
    assert pressed.headers["location"] == f"/gateway/console{path}?said=retried"
    assert "being tried again" in words(page)
    assert "/apps/deck/" in page.text
    assert "in Fin de Chantier" in words(page)
    assert again.status_code == 409
    assert len(console.house.files()) == 1


async def test_a_press_that_the_database_does_not_take_says_so(
    console: ConsoleHouse, admin: Browser
):
    """An error of ours, said the page; the admin looked for it in the log."""
    report = await console.failed_report()
    engine = console.house.parts.engine.sync_engine

    def refuse(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = 1")

    event.listen(engine, "begin", refuse)
    try:
        pressed = await admin.post(f"/reports/{report['report_id']}/retry")
    finally:
        event.remove(engine, "begin", refuse)
        await console.house.parts.engine.dispose()

    assert pressed.status_code == 503
    assert "database does not take it" in words(pressed)


async def test_a_failed_report_is_dismissed_with_a_reason(
    console: ConsoleHouse, admin: Browser
):
    report = await console.failed_report()
    path = f"/reports/{report['report_id']}"

    silent = await admin.post(f"{path}/dismiss", reason="  ")
    endless = await admin.post(f"{path}/dismiss", reason="x" * 1001)
    await admin.post(f"{path}/dismiss", reason="refait <à la main>")
    page = await admin.text(path)

    assert (silent.status_code, endless.status_code) == (422, 422)
    assert "failed, dismissed" in page
    assert "refait &lt;à la main&gt;" in page
    assert "Retry" in page
    assert "Dismiss…" not in page


async def test_what_a_technician_wrote_is_data(console: ConsoleHouse, admin: Browser):
    await console.house.choose_chantier()
    await console.house.jean.send_photo(console.house.jpeg(2), caption=NASTY[:1000])
    await console.house.submit()
    [report] = await console.house.reports(console.http)

    page = (await admin.see(f"/reports/{report['report_id']}")).text

    assert "<script>alert" not in page
    assert html.escape("<script>alert(", quote=False) in page
    assert "{{ 7*7 }}" in page
    assert page.count("🔥") > 900


async def test_a_long_list_is_gone_through_in_pages(
    console: ConsoleHouse, admin: Browser
):
    """As the bot's rows would be: thirty reports that were cancelled, a second apart."""
    at = datetime(2026, 3, 25, tzinfo=UTC)
    rows = [
        {
            "report_id": f"20260325-paged{number:03}",
            "chat_id": 1,
            "technician": "Jean",
            "action": Action.MATERIEL,
            "chantier": f"Chantier {number:03}",
            "client": f"Chantier {number:03}",
            "folder": "Logistique",
            "status": ReportStatus.CANCELLED,
            "opened_at": at + timedelta(seconds=number),
        }
        for number in range(30)
    ]
    async with console.house.parts.engine.begin() as db:
        await db.execute(insert(reports), rows)

    first = await admin.see("/reports?status=cancelled&action=materiel")
    following = re.search(r'href="([^"]+cursor=[^"]+)">Next', first.text)
    assert following is not None
    second = await admin.http.get(html.unescape(following[1]))

    seen = re.findall(r"20260325-paged(\d+)", first.text + second.text)
    assert seen == [f"{number:03}" for number in range(29, -1, -1)]
    assert ">Next" not in second.text
    assert "Back to the first" in second.text


async def test_the_list_is_narrowed(console: ConsoleHouse, admin: Browser):
    one = await admin.text("/reports?status=open&action=sav")
    filed = await admin.text("/reports?status=filed&action=fin")
    bad = await admin.see("/reports?cursor=nonsense")
    odd = await admin.see("/reports?status=eaten")

    assert "No report fits" in one
    assert "filed" in filed
    assert " failed " not in filed.partition("Show")[2]
    assert (bad.status_code, odd.status_code) == (422, 422)
    assert "This address holds something that cannot be" in words(odd)


@pytest.mark.parametrize("path", ["/reports/20260325-none", "/reports/x/retry"])
async def test_an_unknown_report_is_not_found(admin: Browser, path: str):
    assert (await admin.see(path)).status_code == 404


@pytest.mark.parametrize(
    "report_id", ["A", "a%20b", "a%2f..%2fb", "%00", "é", "a" * 65]
)
async def test_what_is_no_id_is_refused(admin: Browser, report_id: str):
    answer = await admin.see(f"/reports/{report_id}")

    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_words_key_of_somebody_elses_making_says_nothing(admin: Browser):
    page = await admin.see("/reports?said=<script>alert(1)</script>")

    assert "alert(1)" not in page.text


async def test_while_storage_is_away_the_report_is_shown_without_its_card(
    console: ConsoleHouse, admin: Browser
):
    await console.house.choose_chantier()
    await console.house.jean.send_photo(console.house.jpeg(3))
    await console.house.submit()
    await console.house.until_filed(console.http)
    [report] = await console.house.reports(console.http)
    console.doors["storage"].shut = True

    page = await admin.text(f"/reports/{report['report_id']}")

    assert "The storage does not answer" in page
    assert "Photos to Nextcloud done" in page
